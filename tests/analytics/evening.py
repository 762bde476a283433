#!/usr/bin/env python3
"""Writes the logs of an evening that never was, as large as asked, and what really happened in it.

    evening.py FOLDER BYTES [SEED]

FOLDER gets `beacons/` and `decisions/` as the service writes them (the open file plain, closed ones
in turn plain, gzip and zstd) and `truth.json`: what an analyst should find, counted while writing.
Zstandard needs the program `zstd`.
"""

import collections
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys

FILE = 64 << 20
HOURS = 24
MOMENTS = ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"]
ADS = [
    ("ads-a.example.com", f"Advertiser {n // 4}", f"Campaign {n // 2}" if n % 5 else None, f"cr-{n}", f"ad-{n}", [15.04, 30.0, 20.02][n % 3])
    for n in range(40)
] + [("ads-b.example.com", None, None, f"cr-b{n}", f"ad-b{n}", 10.0) for n in range(8)]
HOSTS = ["sink-a.example.com", "sink-b.example.com:8443", "slow.example.net"]


class Log:
    """One log's files: closed at 64 MiB or when the hour is over, then compressed in turn."""

    def __init__(self, folder):
        os.makedirs(folder)
        self.folder, self.file, self.hour, self.count, self.bytes = folder, None, None, 0, 0

    def write(self, time, row):
        line = json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n"
        if self.file and (self.hour != time // 3600 or self.file.tell() + len(line) > FILE):
            self.close()
        if not self.file:
            self.hour = time // 3600
            self.count += 1
            self.path = os.path.join(self.folder, f"{stamp(time)[:19].replace(':', '-')}Z-{self.count:04}.jsonl")
            self.file = open(self.path, "w", encoding="utf-8")
        self.file.write(line)
        self.bytes += len(line)

    def close(self):
        self.file.close()
        self.file = None
        if self.count % 3 == 1:
            with open(self.path, "rb") as plain, gzip.open(self.path + ".gz", "wb", 1) as packed:
                packed.write(plain.read())
            os.remove(self.path)
        elif self.count % 3 == 2:
            subprocess.run(["zstd", "-q", "-1", "--rm", self.path], check=True)


def stamp(time):
    whole, millis = divmod(int(time * 1000), 1000)
    day, second = divmod(whole, 86400)
    return f"2026-11-{23 + day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{millis:03}Z"


def beacon_id(session, avail, ad, event):
    return hashlib.md5(f"{session}{avail}{ad[4]}{event}".encode()).hexdigest()


class Evening:
    def __init__(self, folder, size, seed):
        self.random = random.Random(seed)
        self.beacons, self.decisions = Log(os.path.join(folder, "beacons")), Log(os.path.join(folder, "decisions"))
        self.truth = collections.Counter()
        self.by = collections.defaultdict(collections.Counter)
        self.size = size

    def count(self, what, amount=1, **groups):
        self.truth[what] += amount
        for dimension, name in groups.items():
            self.by[f"{dimension}={name}"][what] += amount

    def write(self):
        # Viewers enough for the size: a break and its beacons are about 14 kB.
        breaks = max(1, self.size // 14_000)
        for number in range(breaks):
            self.watch(number, number * HOURS * 3600 / breaks)
            if number % 500 == 0 and self.beacons.bytes + self.decisions.bytes >= self.size:
                break

    def watch(self, number, time):
        draw = self.random
        configuration = draw.choice(["news", "sport", "films"])
        session = hashlib.md5(f"s{number // 3}".encode()).hexdigest()
        avail = f"{1000 + number % 3}-{int(time)}"
        scene = {"requestId": f"r{number}", "sessionType": "HLS", "originId": configuration, "sessionId": session, "avail": {"availId": avail}}
        server = draw.choice(["ads-a.example.com", "ads-a.example.com", "ads-b.example.com"])
        asked = {"adsRequestUrl": f"https://{server}/vast?sid={session}"}
        self.decide(time, scene, "MAKING_ADS_REQUEST", **asked)
        self.count("requests", configuration=configuration, ad_server=server)
        if draw.random() < 0.3:  # a wrapper is followed, which is no question of its own
            hop = {"adsRequestUrl": "https://ads-c.example.com/vast", "wrapperDepth": 1}
            self.decide(time, scene, "VAST_REDIRECT", **hop)
            led = draw.choice(["REDIRECTED_VAST_RESPONSE", "ERROR_VAST_REDIRECT_EMPTY_RESPONSE", "ERROR_VAST_REDIRECT_FAILED"])
            self.decide(time + 0.05, scene, led, adsHost="ads-c.example.com", executionTimeMs=draw.randrange(20, 900), **hop)
        outcome = draw.random()
        event = "VAST_RESPONSE" if outcome < 0.9 else "EMPTY_VAST_RESPONSE" if outcome < 0.95 else "ERROR_ADS_TIMEOUT"
        self.decide(time + 0.1, scene, event, adsHost=server, executionTimeMs=draw.randrange(20, 900), **asked)
        self.count({"VAST_RESPONSE": "answers", "EMPTY_VAST_RESPONSE": "empty_answers"}.get(event, "errors"), configuration=configuration, ad_server=server)
        pool = [ad for ad in ADS if ad[0] == server]
        ads = draw.sample(pool, draw.choice([1, 2, 2])) if event == "VAST_RESPONSE" else []
        planned = round(sum(ad[5] for ad in ads), 2)
        length = 60.0
        if ads and draw.random() < 0.05:
            self.plan(time + 0.2, scene, length, [], 0.0)  # the ads come late
        self.plan(time + 0.5, scene, length, ads, planned)
        self.count("breaks", configuration=configuration)
        self.count("planned_ms", round(planned * 1000), configuration=configuration)
        for ad in ads:
            self.count("ads_planned", creative=ad[3])
        watched = 0.0
        start = time + 5
        for ad in ads:
            seen = self.show(number, configuration, session, avail, ad, start)
            watched += ad[5] * max(seen - 2, 0) / 4
            start += ad[5]
        watched = round(watched, 3)
        unfilled = [{"seconds": round(length - planned, 2), "reason": "LEFTOVER" if ads else "NO_ADS"}]
        ended = {"availId": avail, "originAvailDuration": length, "plannedSeconds": planned, "publishedSeconds": planned, "requestedSeconds": watched, "unfilled": unfilled}
        self.decide(time + 90, scene, "AVAIL_ENDED", avail=ended)
        self.count("requested_ms", round(watched * 1000), configuration=configuration)
        self.count("unfilled_ms " + unfilled[0]["reason"], round(unfilled[0]["seconds"] * 1000))

    def decide(self, time, scene, event, **more):
        self.decisions.write(time, {"eventType": event, "eventTimestamp": stamp(time), "eventDescription": "", **scene, **more})

    def plan(self, time, scene, length, ads, planned):
        told = [
            {"uri": "https://cdn.example.com/a.m3u8", "creativeUniqueId": ad[3], "vastDuration": ad[5], "transcodedAdDuration": ad[5], "vastAdId": ad[4], "creativeId": ad[3], "adsHost": ad[0], "advertiser": ad[1], "campaign": ad[2]}
            for ad in ads
        ]
        avail = {"availId": scene["avail"]["availId"], "originAvailDuration": length, "filledDuration": planned, "numAds": len(ads), "creativeAds": told, "slateAd": None, "skippedAds": []}
        self.decide(time, scene, "FILLED_AVAIL", avail=avail)

    def show(self, number, configuration, session, avail, ad, start):
        """One viewer watches one ad, mostly to its end; gives how many moments he saw."""
        draw = self.random
        seen = 6 if draw.random() < 0.85 else draw.randrange(2, 6)
        reports = number % 9 < 3  # every third viewer's player sends its beacons itself
        for at, event in enumerate(MOMENTS[:seen]):
            due = start + ad[5] * max(at - 1, 0) / 4
            if reports:
                self.reported(configuration, session, avail, ad, event, due)
            else:
                self.report(configuration, session, avail, ad, event, due)
        return seen

    def reported(self, configuration, session, avail, ad, event, due):
        """A player says that it came to a moment; some say it twice."""
        for at in range(1 + (self.random.random() < 0.1)):
            row = {
                "time": stamp(due + at), "beacon_id": beacon_id(session, avail, ad, event), "configuration": configuration, "asset": "live/main.m3u8",
                "session_id": session, "avail_id": avail, "ad_id": ad[4], "ads_host": ad[0], "advertiser": ad[1], "campaign": ad[2], "creative_id": ad[3],
                "event": event, "source": "client", "url": f"https://sink-a.example.com/{event}", "outcome": "sent", "attempt": 0, "due_at": stamp(due),
            }
            self.beacons.write(due + at, row)
        self.count("client_events")
        if event in ("impression", "complete"):
            self.count("client_" + event + "s")

    def report(self, configuration, session, avail, ad, event, due):
        draw = self.random
        host = draw.choice(HOSTS)
        name = beacon_id(session, avail, ad, event)
        groups = {"configuration": configuration, "creative": ad[3], "hour": stamp(due)[:13] + ":00Z"}

        def row(time, outcome, attempt, status, latency):
            self.beacons.write(time, {
                "time": stamp(time), "beacon_id": name, "configuration": configuration, "asset": "live/main.m3u8", "session_id": session,
                "avail_id": avail, "avail_start": stamp(due), "tracking_id": "1234", "ad_id": ad[4], "ad_system": "test", "ads_host": ad[0],
                "advertiser": ad[1], "campaign": ad[2], "creative_id": ad[3], "universal_ad_id": f"ad-id.org:{ad[3]}", "wrapper_depth": 1,
                "rendition": "0", "event": event, "source": "server",
                "url": f"https://{host}/{event}?sid={session}&avail={avail}&ad={ad[4]}&cb={name[:8]}&ip=203.0.113.0&ua=Mozilla%2F5",
                "outcome": outcome, "status": status, "attempt": attempt, "latency_ms": latency, "due_at": stamp(due), "reason": None,
            })

        row(due, "due", 0, None, None)
        self.count("due", **groups)
        time, fate = due, draw.random()
        trials = 1
        if fate < 0.05 or host.startswith("slow") and fate < 0.15:
            trials = draw.randrange(2, 5)
        for attempt in range(1, trials):
            row(time + 0.4, "retry", attempt, 503, 400)
            time += 4 * attempt
        self.count("attempts", trials - 1)
        last = draw.random()
        outcome, status = ("sent", 204) if last < 0.97 else ("failed", 404) if last < 0.98 else ("expired", 503) if last < 0.99 else ("unknown", None)
        if outcome == "expired" and trials > 1:
            status = None  # its time was up while it waited for its next attempt
        if status:
            row(time + 0.05, outcome, trials, status, int(draw.lognormvariate(3.5, 0.8)) + 1)
        else:
            row(time + 0.05, outcome, 0, None, None)
        self.count("attempts", status is not None)
        if outcome == "sent" and draw.random() < 0.002:
            row(time + 1, "sent", trials + 1, 204, 30)  # sent again after a crash
            self.count("attempts")
        self.count(outcome, **groups)
        if outcome == "sent" and event in ("impression", "complete"):
            self.count(event + "s", **groups)


def main():
    folder, size = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    evening = Evening(folder, size, seed)
    evening.write()
    truth = {"bytes": evening.beacons.bytes + evening.decisions.bytes, "total": evening.truth, "by": evening.by}
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1, sort_keys=True)
    print(f"{truth['bytes']} bytes of rows")


main()
