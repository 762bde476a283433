#!/usr/bin/env python3
"""DuckDB finds in the logs what `midroll report` says, and both what really happened.

    check.py MIDROLL FOLDER

First the logs of an evening that is written down with its truth, then those of viewers who watch the
demo's channel for two minutes, whose logs also go to S3 as Parquet; S3 begins to answer late.
"""

import collections
import glob
import gzip
import json
import os
import pathlib
import subprocess
import sys
import time

import boto3
import duckdb

import counts
from world import Viewer, World, wait_for

HERE = pathlib.Path(__file__).parent
SECONDS = 125


def logs(folder, form="*"):
    return [sorted(glob.glob(f"{folder}/{log}/*.jsonl{form}")) for log in ["beacons", "decisions"]]


def evening(midroll, folder):
    subprocess.run([sys.executable, HERE / "evening.py", folder, "8000000", "7"], check=True)
    told, duck = counts.report(midroll, folder), duckdb.connect()
    counts.json_lines(duck, *logs(folder))
    counts.same("an evening", counts.said(told["total"]), counts.found(duck))
    for group in told["by"]["configuration"]:
        name = group["name"]
        counts.same(name, counts.said(group), counts.found(duck, f"configuration = '{name}'", f"originId = '{name}'"))
    by_hour = dict(duck.execute("select strftime(due_at, '%Y-%m-%dT%H:00Z'), count(distinct beacon_id) from beacons where source = 'server' and outcome = 'sent' and event = 'impression' group by 1").fetchall())
    agree("impressions by hour", by_hour, {hour["name"]: hour["impressions"] for hour in told["by"]["hour"] if hour["impressions"]})
    by_campaign = dict(duck.execute("select campaign, count(distinct beacon_id) from beacons where source = 'server' and outcome = 'sent' and event = 'complete' group by 1").fetchall())
    agree("completes by campaign", by_campaign, {group["name"]: group["showings"]["complete"] for group in told["by"]["campaign"]})
    truth(json.loads(pathlib.Path(folder, "truth.json").read_text()), told)


def truth(true, told):
    """What was counted while the evening was written."""
    total, shown = told["total"], true["total"]
    for key in ["requests", "answers", "empty_answers", "breaks", "impressions", "ads_planned", "client_events"]:
        agree(key, total[key], shown[key])
    for key in ["due", "sent", "failed", "expired", "unknown", "attempts"]:
        agree(key, total["beacons"][key], shown[key])
    agree("completes", total["showings"]["complete"], shown["completes"])
    for moment in ["impression", "complete"]:
        agree(f"{moment}s that players reported", total["client_showings"][moment], shown[f"client_{moment}s"])
    agree("errors", sum(total["errors"].values()), shown["errors"])
    for key in ["planned", "requested"]:
        agree(key, round(total[f"{key}_seconds"] * 1000), shown[f"{key}_ms"])
    agree("unfilled", {reason: round(seconds * 1000) for reason, seconds in total["unfilled"].items()}, {key.split()[1]: value for key, value in shown.items() if key.startswith("unfilled_ms ")})
    for dimension, keys in [
        ("configuration", ["impressions", "requests"]),
        ("creative", ["impressions", "ads_planned"]),
        ("hour", ["impressions"]),
        ("ad_server", ["requests"]),
    ]:
        for key in keys:
            ours = {group["name"]: group[key] for group in told["by"][dimension] if group[key]}
            groups = {name.split("=", 1)[1]: of[key] for name, of in true["by"].items() if name.startswith(dimension + "=")}
            agree(f"{key} by {dimension}", ours, {name: count for name, count in groups.items() if count})
    print("the evening's truth: found")


def agree(what, one, other):
    if one != other:
        raise SystemExit(f"{what}: {one} is not {other}")


def watched(midroll, folder):
    with World(midroll, folder) as world:
        service = world.serve()
        viewers = [Viewer(world, n, SECONDS, leaves_after=None if n else 1) for n in range(6)]
        for viewer in viewers:
            viewer.start()
        # The store for Parquet is not there at first: files wait for it.
        time.sleep(40)
        moto = [pathlib.Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", world.s3]
        world.start(moto, "moto")
        wait_for(f"http://127.0.0.1:{world.s3}/moto-api/")
        s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{world.s3}", aws_access_key_id="id", aws_secret_access_key="secret", region_name="us-east-1")
        s3.create_bucket(Bucket="logs")
        for viewer in viewers:
            viewer.join()
            if viewer.failed:
                raise SystemExit(f"{viewer.agent}: {viewer.failed}")
        # What is due is sent, and closed files have found the store.
        time.sleep(45)
        service.terminate()
        agree("exit code", service.wait(30), 0)
        really(midroll, world, viewers)
        stored(midroll, world, s3)


def really(midroll, world, viewers):
    """The logs say what arrived at the sink, and of which viewers."""
    folder = world.folder / "data/logs"
    told, duck = counts.report(midroll, folder), duckdb.connect()
    counts.json_lines(duck, *logs(folder))
    counts.same("viewers", counts.said(told["total"]), counts.found(duck))
    sessions = {viewer.session for viewer in viewers}
    hits = [hit for hit in world.sink() if hit["query"].get("sid") in sessions]
    arrived = collections.Counter(event for _, event in {(hit["beacon_id"], hit["event"]) for hit in hits})
    if arrived["impression"] < len(viewers) or not 0 < arrived["complete"] < arrived["impression"]:
        raise SystemExit(f"not watched as meant, most to the end and one not: {arrived}")
    rows = duck.execute("select event, count(distinct beacon_id) from beacons where source = 'server' and outcome = 'sent' group by event").fetchall()
    agree("sent and arrived", dict(rows), dict(arrived))
    agree("impressions", told["total"]["impressions"], arrived["impression"])
    # Addresses and User-Agents are hashed; the sink, which has a right to it, saw the real one.
    for path in sum(logs(folder), []):
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
            agree(f"a viewer's name in {path}", "Viewer/1.0" in file.read(), False)
    agree("a viewer's name at the sink", all(hit["user_agent"].startswith("Viewer/1.0") for hit in hits), True)
    print(f"viewers: {dict(arrived)} arrived, as the logs say")


def stored(midroll, world, s3):
    """Parquet has every row of the files that were put away, each once."""
    folder = world.folder / "parquet"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="logs"):
        for item in page.get("Contents", []):
            place = folder / item["Key"].removeprefix("midroll/")
            place.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file("logs", item["Key"], str(place))
    agree("the store was missed", b"wait to be put away" in (world.folder / "serve.log").read_bytes(), True)
    away = logs(world.folder / "data/logs", ".gz")
    if not all(away):
        raise SystemExit("no file was put away")
    lines, tables = duckdb.connect(), duckdb.connect()
    counts.json_lines(lines, *away)
    counts.parquet(tables, folder)
    told = counts.said(counts.report(midroll, *sum(away, []))["total"])
    counts.same("files put away, as JSON Lines", told, counts.found(lines))
    counts.same("files put away, as Parquet", told, counts.found(tables))
    steps = "select time, beacon_id, outcome, attempt, due_at from beacons order by all"
    as_text = "select cast(time as timestamp), beacon_id, outcome, attempt, cast(due_at as timestamp) from beacons order by all"
    tables.execute("set timezone = 'UTC'")
    agree("rows of beacons", lines.execute(steps).fetchall() == tables.execute(as_text).fetchall(), True)
    odd = tables.execute("select count(*) from beacons where strftime(cast(time as timestamp), '%Y-%m-%d %-H') <> strftime(date, '%Y-%m-%d') || ' ' || cast(hour as integer)").fetchone()
    agree("rows in another hour's folder", odd, (0,))


def main():
    midroll, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    evening(midroll, os.path.join(folder, "evening"))
    os.makedirs(os.path.join(folder, "watched"))
    watched(midroll, os.path.join(folder, "watched"))


main()
