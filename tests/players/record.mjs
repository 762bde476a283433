#!/usr/bin/env node
// ffmpeg plays a session live in one picture and its sound, and what it decoded is held against what was served.
//
//   record.mjs URL [--seconds 180] [--fps 25] [--keep DIR] [--data-dir DIR --sink URL]
//
// After `--seconds` the playlists are closed on the way, so that all that was listed is played. With `--data-dir` the
// beacons are judged too. Prints one JSON object. Exit 0: as it must be; 1: not; 2: could not be judged.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as beacons from "./lib/beacons.mjs";
import { decode } from "./lib/decode.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { judge } from "./lib/recorded.mjs";
import { ads, renditions, runs, sessionOf } from "./lib/served.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "180" },
    fps: { type: "string", default: "25" },
    keep: { type: "string" },
    "data-dir": { type: "string" },
    sink: { type: "string" },
  },
});
const [url] = positionals;

async function record(directory) {
  const main = await fetch(url);
  const { video, audio } = renditions(await main.text(), main.url);
  const proxy = await startProxy();
  setTimeout(proxy.end, Number(values.seconds) * 1000);
  const how = { proxy: proxy.url, directory };
  const played = await Promise.all([decode("video", video[0], how), decode("audio", audio[0], how)]);
  proxy.close();
  writeFileSync(join(directory, "wire.json"), JSON.stringify(proxy.rows));
  return { session: sessionOf(video[0]), pictures: { ...played[0], runs: runs(proxy.rows, [video[0]], { closed: true }) }, sound: { ...played[1], runs: runs(proxy.rows, [audio[0]], { closed: true }) } };
}

try {
  if (values.keep) mkdirSync(values.keep, { recursive: true });
  const recording = await record(values.keep ?? mkdtempSync(join(tmpdir(), "midroll-record-")));
  const judgements = [judge(recording, Number(values.fps))];
  if (values["data-dir"]) judgements.push(await beacons.settled(ads(recording.pictures.runs), recording.session, values));
  const figures = Object.assign({}, ...judgements.map((one) => one.figures));
  const failures = judgements.flatMap((one) => one.failures);
  console.log(JSON.stringify({ figures, failures }, null, 1));
  process.exitCode = failures.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
