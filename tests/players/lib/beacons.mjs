// Whether every ad that was watched has its six beacons, in the log and at the sink.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

export const EVENTS = ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];
const REACHED = [0, 0, 0.25, 0.5, 0.75, 1]; // shares of the ad

/** The events of an ad of `length` seconds of which `seconds` are shown. */
const due = (seconds, length = seconds) => EVENTS.filter((_, at) => REACHED[at] * length <= seconds + ROUNDING);
const ROUNDING = 0.1; // segments are written by their frames

// What is due when a player stops is sent within an ad's length.
const LAST_MS = 20_000;

/** The judgement over a session's log in `data-dir` and the sink's list, once all is sent that will be. */
export async function settled(ads, session, { "data-dir": dataDir, sink, lengths }) {
  await sleep(LAST_MS);
  const hits = await (await fetch(`${sink}?sid=${session}`)).json();
  return judge(ads, read(dataDir, session), hits, Object.fromEntries((lengths ?? "").split(",").map((one) => one.split("="))));
}

/** The session's accepted beacons, in the order in which they were sent. */
function read(dataDir, session) {
  const directory = join(dataDir, "logs/beacons");
  const names = readdirSync(directory).filter((name) => /\.jsonl(\.gz)?$/.test(name)).sort();
  const text = (name) => (name.endsWith(".gz") ? gunzipSync(readFileSync(join(directory, name))).toString() : readFileSync(join(directory, name), "utf8"));
  return names
    .filter((name) => !names.includes(`${name}.gz`)) // for a moment there are both
    .flatMap((name) => text(name).split("\n").filter(Boolean).map((row) => JSON.parse(row)))
    .filter((row) => row.session_id === session && row.outcome === "sent");
}

/**
 * `{ figures, failures }`. `ads` are the runs of ads that a viewer was served, in order (served.mjs); `sent` the log's
 * rows; `hits` what the sink received; `lengths` how long ads are that may have been cut short. Of an ad asked for to its
 * end there are all events that it came to, once and in order; of one that was not there may be the first few.
 */
export function judge(ads, sent, hits, lengths) {
  const told = byAd(sent).map((rows) => ({ avail: rows[0].avail_id, events: rows.map(({ event }) => event) }));
  const failures = [];
  if (told.length !== ads.length) failures.push(`${ads.length} ads were watched, ${told.length} reported`);
  ads.forEach((ad, at) => {
    const { avail, events } = told[at] ?? { events: [] };
    const wanted = ad.asked ? due(ad.seconds, lengths[ad.creative]) : EVENTS.slice(0, events.length);
    if (avail !== ad.break || String(events) !== String(wanted)) failures.push(`ad ${at + 1}, of break ${ad.break}: ${avail}: ${events}`);
  });
  const cut = ads.filter(({ asked, seconds, creative }) => asked && due(seconds, lengths[creative]).length < EVENTS.length);
  const [ours, theirs] = [sent, hits].map((rows) => rows.map(({ beacon_id }) => beacon_id).sort());
  if (String(ours) !== String(theirs)) failures.push(`the log has ${ours.length} beacons, the sink ${theirs.length}`);
  return { figures: { whole: ads.filter(({ asked }) => asked).length - cut.length, cut: cut.length, sent: sent.length, received: hits.length }, failures };
}

function byAd(rows) {
  const groups = new Map();
  for (const row of rows) {
    const ad = `${row.avail_id} ${row.ad_id}`;
    groups.set(ad, [...(groups.get(ad) ?? []), row]);
  }
  return [...groups.values()];
}
