#!/usr/bin/env node
// Plays an HLS URL in a real player in Chromium and judges it.
//
//   play.mjs URL [--player hlsjs|shaka] [--seconds N] [--language de] [--subtitles en] [--sound] [--shots DIR]
//            [--shots-at 5,20] [--keep FILE] [--switch-every 9] [--fps 25 [--data-dir DIR --sink URL [--lengths AD=15,…]]]
//
// Prints one JSON object; exits 1 where playback stalled, jumped, drifted or failed (limits: lib/verdict.mjs). With `--fps`
// what was shown is held against what was served, with `--data-dir` the beacons too (lib/watched.mjs), where `--lengths` tells of ads that a
// break may cut short. `--switch-every` goes to the other picture at once, every so many seconds. `--shots` keeps
// screenshots: at the given seconds, and wherever the picture has become another. `--keep` keeps what went over the wire.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { withChromium } from "./lib/chromium.mjs";
import { servePage } from "./lib/serve.mjs";
import { learn } from "./lib/served.mjs";
import { cuts, distance, judge } from "./lib/verdict.mjs";
import * as watched from "./lib/watched.mjs";
import { listen } from "./lib/wire.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    player: { type: "string", default: "hlsjs" },
    seconds: { type: "string", default: "30" },
    sound: { type: "boolean", default: false },
    shots: { type: "string" },
    "shots-at": { type: "string", default: "" },
    keep: { type: "string" },
    language: { type: "string" },
    subtitles: { type: "string" },
    fps: { type: "string" },
    "data-dir": { type: "string" },
    sink: { type: "string" },
    lengths: { type: "string" },
    "switch-every": { type: "string" },
    full: { type: "boolean", default: false },
  },
});
const [url] = positionals;
if (!url || !["hlsjs", "shaka"].includes(values.player)) {
  console.error("usage: play.mjs URL [--player hlsjs|shaka] [--seconds N] [--shots DIR] …, see above");
  process.exit(64);
}

// A new picture is looked at once it has settled.
const SETTLED_MS = 1000;
const ANOTHER = 40; // of 441

async function takeShots(page, seconds, taken) {
  const times = values["shots-at"].split(",").filter(Boolean).map(Number);
  const began = Date.now();
  let [last, due] = [null, null];
  for (let elapsed = 0; elapsed < seconds; elapsed = (Date.now() - began) / 1000) {
    if (times.length > 0 && elapsed >= times[0]) await shoot(page, `at-${String(times.shift()).padStart(3, "0")}`, taken);
    const colour = (await page.evaluate(() => window.playbackState?.().colour)) ?? null;
    if (colour && (!last || distance(colour, last) > ANOTHER)) due ??= Date.now() + SETTLED_MS;
    if (due && Date.now() >= due) {
      [last, due] = [colour, null];
      await shoot(page, `splice-${String(Math.round(elapsed)).padStart(3, "0")}`, taken);
    }
    await sleep(200);
  }
}

async function shoot(page, name, taken) {
  const path = join(values.shots, `${values.player}-${name}.png`);
  await page.screenshot({ path });
  taken.push(path);
}

async function play(page, pageUrl) {
  const console_ = [];
  page.on("console", (message) => message.type() === "error" && console_.push(message.text()));
  page.on("pageerror", (reason) => console_.push(String(reason)));
  await page.goto(pageUrl);
  for (const script of ["watch.js", values.player === "shaka" ? "shaka.js" : "hls.js", "player.js"]) {
    await page.addScriptTag({ url: new URL(script, pageUrl).href });
  }
  const wire = listen(page);
  await page.evaluate((how) => window.startPlayback(how), { url, ...values });
  const shots = [];
  const seconds = Number(values.seconds);
  if (values["switch-every"]) {
    // After the start, which has its own ways.
    await page.evaluate((every) => setInterval(() => window.switchPicture(), every * 1000), Number(values["switch-every"]));
  }
  await (values.shots ? takeShots(page, seconds, shots) : sleep(seconds * 1000));
  const report = await page.evaluate(() => window.playbackReport());
  await page.evaluate(() => window.stopPlayback());
  const { whole, ...went } = wire;
  await whole();
  return { ...report, wire: went, console: console_, shots };
}

if (values.shots) mkdirSync(values.shots, { recursive: true });
const served = await servePage();
const report = await withChromium(async (context) => play(context.pages()[0] ?? (await context.newPage()), served.url), {
  width: 640,
  height: 360,
});
served.close();

const { sights, clock, ...rest } = report;
const { rows, ...wire } = report.wire;
if (values.keep) writeFileSync(values.keep, JSON.stringify(rows));
const seen = cuts(sights);
if (values["data-dir"]) learn(values["data-dir"]);
const judgements = [judge(report)];
if (values.fps) judgements.push(watched.judge(report, seen, { fps: Number(values.fps), subtitles: values.subtitles, switched: values["switch-every"] !== undefined }));
if (values["data-dir"]) judgements.push(await watched.beaconed(rows, values));
const figures = Object.assign({}, ...judgements.map((one) => one.figures));
const failures = judgements.flatMap((one) => one.failures);
const full = values.full ? { sights } : {};
console.log(JSON.stringify({ url, figures, failures, cuts: seen, stalls: clock.stalls, ...rest, wire, ...full }, null, 1));
process.exitCode = failures.length > 0 ? 1 : 0;
