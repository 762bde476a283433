#!/usr/bin/env node
// ffmpeg plays a session live in one picture and its sound, and what it decoded is held against what was served.
//
//   record.mjs URL [--seconds 180] [--fps 25] [--by-run] [--keep DIR] [--data-dir DIR --sink URL [--lengths AD=15,…]]
//
// After `--seconds` the playlists are closed on the way, so that all that was listed is played. `--by-run`
// is for streams whose initialisation changes at splices, which ffmpeg 5 does not follow: what is between two of them is
// then decoded by itself. With `--data-dir` the
// beacons are judged too, with `--lengths` those of ads that a break cut short. Prints one JSON object. Exit 0: as it must be; 1: not; 2: could not be judged.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as beacons from "./lib/beacons.mjs";
import { collect } from "./lib/collect.mjs";
import { decode, decodeEach } from "./lib/decode.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { judge } from "./lib/recorded.mjs";
import { ads, learn, renditions, runs, sessionOf } from "./lib/served.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "180" },
    fps: { type: "string", default: "25" },
    "by-run": { type: "boolean", default: false },
    keep: { type: "string" },
    "data-dir": { type: "string" },
    sink: { type: "string" },
    lengths: { type: "string" },
  },
});
const [url] = positionals;
// Browsers that play the same channel began some seconds later: decoding would take the machine from them.
const OTHERS_MS = 10_000;
process.once("SIGTERM", () => process.exit(2));

async function record(directory) {
  const main = await fetch(url);
  const { video: [video], audio: [audio = video] } = renditions(await main.text(), main.url);
  const [pictures, sound, rows] = await (values["by-run"] ? collected : played)(video, audio, directory);
  writeFileSync(join(directory, "wire.json"), JSON.stringify(rows));
  if (values["data-dir"]) learn(values["data-dir"]);
  const served = (playlist) => ({ runs: runs(rows, [playlist], { closed: !values["by-run"] }) });
  return { session: sessionOf(video), pictures: { ...pictures, ...served(video) }, sound: { ...sound, ...served(audio) } };
}

async function played(video, audio, directory) {
  const proxy = await startProxy();
  setTimeout(proxy.end, Number(values.seconds) * 1000);
  const how = { proxy: proxy.url, directory };
  const [pictures, sound] = await Promise.all([decode("video", video, how), decode("audio", audio, how)]);
  proxy.close();
  return [pictures, sound, proxy.rows];
}

async function collected(video, audio, directory) {
  const how = { until: Date.now() + Number(values.seconds) * 1000, directory };
  const [pictures, sound] = await Promise.all([collect("video", video, how), collect("audio", audio, how)]);
  await sleep(OTHERS_MS);
  const decoded = [await decodeEach("video", pictures.files, how), await decodeEach("audio", sound.files, how)];
  return [...decoded, [...pictures.rows, ...sound.rows]];
}

try {
  if (values.keep) mkdirSync(values.keep, { recursive: true });
  const recording = await record(values.keep ?? mkdtempSync(join(tmpdir(), "midroll-record-")));
  const judgements = [judge(recording, { fps: Number(values.fps), fresh: values["by-run"] })];
  if (values["data-dir"]) judgements.push(await beacons.settled(ads(recording.pictures.runs), recording.session, values));
  const figures = Object.assign({}, ...judgements.map((one) => one.figures));
  const failures = judgements.flatMap((one) => one.failures);
  console.log(JSON.stringify({ figures, failures }, null, 1));
  process.exitCode = failures.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
