#!/usr/bin/env node
// ffmpeg plays a session live in one picture and its sound, and what it decoded is held against what was served.
//
//   record.mjs URL [--seconds 180] [--fps 25] [--keep DIR] [--data-dir DIR --sink URL]
//
// After `--seconds` the playlists are closed on the way, so that all that was listed is played. With `--data-dir` the
// beacons are judged too. Exit 0: as it must be; 1: not; 2: could not be judged.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as beacons from "./lib/beacons.mjs";
import { decode } from "./lib/decode.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { judge } from "./lib/recorded.mjs";
import { renditions, runs } from "./lib/served.mjs";

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
// What is due when the player stops is sent within an ad's length.
const LAST_BEACONS_MS = 20_000;

async function record(directory) {
  const main = await fetch(url);
  const { video, audio } = renditions(await main.text(), main.url);
  const proxy = await startProxy();
  setTimeout(proxy.end, Number(values.seconds) * 1000);
  const how = { proxy: proxy.url, directory };
  const played = await Promise.all([decode("video", video[0], how), decode("audio", audio[0], how)]);
  proxy.close();
  writeFileSync(join(directory, "wire.json"), JSON.stringify(proxy.rows));
  const [, session] = /\/v1\/manifest\/[^/]+\/([^/]+)/.exec(video[0]) ?? [];
  return { session, pictures: { ...played[0], runs: runs(proxy.rows, video[0]) }, sound: { ...played[1], runs: runs(proxy.rows, audio[0]) } };
}

async function judgeBeacons({ session, pictures }) {
  const ads = pictures.runs.filter(({ creative }) => creative && !creative.includes("slate"));
  await sleep(LAST_BEACONS_MS);
  const sent = beacons.read(values["data-dir"], session);
  const hits = await (await fetch(`${values.sink}?sid=${session}`)).json();
  return beacons.judge(ads, sent, hits);
}

const say = ({ figures, failures }) => {
  console.log(JSON.stringify(figures));
  failures.slice(0, 10).forEach((failure) => console.error(failure));
  if (failures.length > 0) process.exitCode = 1;
};

try {
  if (values.keep) mkdirSync(values.keep, { recursive: true });
  const recording = await record(values.keep ?? mkdtempSync(join(tmpdir(), "midroll-record-")));
  say(judge(recording, Number(values.fps)));
  if (values["data-dir"]) say(await judgeBeacons(recording));
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
