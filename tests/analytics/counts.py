"""The same numbers twice: as `midroll report` says them, and as DuckDB finds them in the files."""

import json
import subprocess

MOMENTS = {
    "impression": "impression",
    "start": "start",
    "first_quartile": "firstQuartile",
    "midpoint": "midpoint",
    "third_quartile": "thirdQuartile",
    "complete": "complete",
}

BEACON_COLUMNS = {
    "time": "TIMESTAMP", "beacon_id": "VARCHAR", "configuration": "VARCHAR", "session_id": "VARCHAR", "avail_id": "VARCHAR",
    "ad_id": "VARCHAR", "creative_id": "VARCHAR", "campaign": "VARCHAR", "event": "VARCHAR", "source": "VARCHAR",
    "outcome": "VARCHAR", "attempt": "INTEGER", "due_at": "TIMESTAMP",
}
DECISION_COLUMNS = {
    "eventType": "VARCHAR", "eventTimestamp": "TIMESTAMP", "originId": "VARCHAR", "sessionId": "VARCHAR", "executionTimeMs": "BIGINT",
    "avail": 'STRUCT("availId" VARCHAR, "originAvailDuration" DECIMAL(18,9), "filledDuration" DECIMAL(18,9), "plannedSeconds" DECIMAL(18,9), '
    '"publishedSeconds" DECIMAL(18,9), "requestedSeconds" DECIMAL(18,9))',
}


def json_lines(duck, beacons, decisions):
    """Views over JSON Lines, plain or compressed."""
    for name, files, columns in [("beacons", beacons, BEACON_COLUMNS), ("rows", decisions, DECISION_COLUMNS)]:
        typed = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
        duck.execute(f"create or replace view {name} as select * from read_json({files!r}, format='newline_delimited', columns={{{typed}}})")
    duck.execute("create or replace view decisions as select eventType, eventTimestamp, originId, sessionId, executionTimeMs, unnest(avail) from rows")


def parquet(duck, folder):
    """Views over Parquet files, date and hour from their folders."""
    for name in ["beacons", "decisions"]:
        duck.execute(f"create or replace view {name} as select * from read_parquet('{folder}/{name}/*/*/*.parquet', hive_partitioning=true)")


def found(duck, where_beacon="true", where_decision="true"):
    """What the views come to."""
    told = {}
    row = duck.execute(f"""
        with beacon as (
            select beacon_id, source, any_value(event) as event,
                bool_or(outcome = 'due') as due, bool_or(outcome = 'sent') as sent, bool_or(outcome = 'expired') as expired,
                bool_or(outcome = 'failed') as failed, bool_or(outcome = 'unknown') as unknown
            from beacons where {where_beacon} group by beacon_id, source)
        select count(*) filter (due), count(*) filter (sent), count(*) filter (failed and not sent and not expired),
            count(*) filter (expired and not sent), count(*) filter (unknown and not sent and not expired and not failed),
            count(*) filter (sent and event = 'impression')
        from beacon where source = 'server'""").fetchone()
    told |= dict(zip(["due", "sent", "failed", "expired", "unknown", "impressions"], row))
    told["attempts"] = duck.execute(f"select count(distinct (beacon_id, attempt)) from beacons where source = 'server' and attempt > 0 and {where_beacon}").fetchone()[0]
    told["client_events"] = duck.execute(f"select count(distinct beacon_id) from beacons where source = 'client' and {where_beacon}").fetchone()[0]
    for source, before in [("server", ""), ("client", "client_")]:
        for key, event in MOMENTS.items():
            told[before + key] = duck.execute(
                "select count(distinct (session_id, avail_id, ad_id, creative_id)) from beacons "
                f"where outcome = 'sent' and source = '{source}' and event = '{event}' and {where_beacon}"
            ).fetchone()[0]
    latest = "row_number() over (partition by sessionId, availId order by eventTimestamp desc) = 1"
    row = duck.execute(f"""
        select count(*), coalesce(sum(originAvailDuration), 0), coalesce(sum(filledDuration), 0) from (
            select * from decisions where eventType = 'FILLED_AVAIL' and {where_decision} qualify {latest})""").fetchone()
    told |= dict(zip(["breaks", "break_seconds", "planned_seconds"], row))
    row = duck.execute(f"""
        select count(*), coalesce(sum(plannedSeconds), 0), coalesce(sum(publishedSeconds), 0), coalesce(sum(requestedSeconds), 0) from (
            select * from decisions where eventType = 'AVAIL_ENDED' and {where_decision} qualify {latest})""").fetchone()
    told |= dict(zip(["breaks_ended", "ended_planned_seconds", "published_seconds", "requested_seconds"], row))
    row = duck.execute(f"""
        select count(*) filter (eventType = 'MAKING_ADS_REQUEST'), count(*) filter (eventType = 'VAST_RESPONSE'),
            count(*) filter (starts_with(eventType, 'ERROR_') and not starts_with(eventType, 'ERROR_VAST_') and executionTimeMs is not null)
        from decisions where {where_decision}""").fetchone()
    told |= dict(zip(["requests", "answers", "errors"], row))
    return {key: round(float(value), 6) for key, value in told.items()}


def report(midroll, *paths):
    """What `midroll report` says, as JSON."""
    return json.loads(subprocess.run([midroll, "report", "--json", *map(str, paths)], check=True, capture_output=True).stdout)


def said(counts):
    """A group of a report under the names that `found` has."""
    beacons, shown = counts["beacons"], counts["showings"]
    told = {key: beacons[key] for key in ["due", "sent", "failed", "expired", "unknown", "attempts"]}
    told |= {key: shown[key] for key in MOMENTS}
    told |= {"client_" + key: counts["client_showings"][key] for key in MOMENTS}
    told |= {
        key: counts[key]
        for key in ["impressions", "client_events", "breaks", "break_seconds", "planned_seconds", "breaks_ended", "ended_planned_seconds", "published_seconds", "requested_seconds", "requests", "answers"]
    }
    told["errors"] = sum(counts["errors"].values())
    return {key: round(float(value), 6) for key, value in told.items()}


def same(what, ours, theirs):
    """Fails with what differs."""
    differ = {key: (ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
    if differ:
        raise SystemExit(f"{what}: report and DuckDB differ: {differ}")
    print(f"{what}: the same: {ours['impressions']:.0f} impressions, {ours['sent']:.0f} beacons sent, {ours['planned_seconds']:g} s planned")
