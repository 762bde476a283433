#!/usr/bin/env node
// Plays an HLS URL in a real player in Chromium and judges it.
//
//   play.mjs URL [--player hlsjs|shaka] [--seconds N] [--sound] [--shots DIR] [--shots-at 5,20] [--playlists FILE]
//
// Prints one JSON object; exits 1 where playback stalled, jumped, drifted or failed (limits: lib/verdict.mjs).
// `--shots` keeps screenshots: at the given seconds and, with hls.js, shortly after every splice.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { withChromium } from "./lib/chromium.mjs";
import { servePage } from "./lib/serve.mjs";
import { cuts, judge } from "./lib/verdict.mjs";
import { listen } from "./lib/wire.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    player: { type: "string", default: "hlsjs" },
    seconds: { type: "string", default: "30" },
    sound: { type: "boolean", default: false },
    shots: { type: "string" },
    "shots-at": { type: "string", default: "" },
    playlists: { type: "string" },
    "full": { type: "boolean", default: false },
  },
});
const [url] = positionals;
if (!url || !["hlsjs", "shaka"].includes(values.player)) {
  console.error("usage: play.mjs URL [--player hlsjs|shaka] [--seconds N] [--sound] [--shots DIR] [--playlists FILE]");
  process.exit(64);
}

// A splice is looked at once its first pictures have settled.
const AFTER_SPLICE_MS = 1500;

async function takeShots(page, seconds, taken) {
  const times = values["shots-at"].split(",").filter(Boolean).map(Number);
  const began = Date.now();
  let splice = null;
  let due = null;
  while ((Date.now() - began) / 1000 < seconds) {
    const elapsed = (Date.now() - began) / 1000;
    if (times.length > 0 && elapsed >= times[0]) await shoot(page, `at-${String(times.shift()).padStart(3, "0")}`, taken);
    const state = await page.evaluate(() => window.playbackState?.() ?? null);
    if (state?.splice !== null && state?.splice !== splice) [splice, due] = [state.splice, Date.now() + AFTER_SPLICE_MS];
    if (due !== null && Date.now() >= due) {
      due = null;
      await shoot(page, `splice-${splice}`, taken);
    }
    await sleep(250);
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
  const wire = listen(page, { keep: values.playlists });
  await page.evaluate((how) => window.startPlayback(how), { player: values.player, url, sound: values.sound });
  const shots = [];
  const seconds = Number(values.seconds);
  await (values.shots ? takeShots(page, seconds, shots) : sleep(seconds * 1000));
  return { ...(await page.evaluate(() => window.playbackReport())), wire, console: console_, shots };
}

if (values.shots) mkdirSync(values.shots, { recursive: true });
const served = await servePage();
const report = await withChromium(async (context) => play(context.pages()[0] ?? (await context.newPage()), served.url), {
  width: 640,
  height: 360,
});
served.close();

const { figures, failures } = judge(report);
const { sights, clock, ...rest } = report;
console.log(JSON.stringify({ url, figures, failures, cuts: cuts(sights), stalls: clock.stalls, ...rest, ...(values.full ? { sights } : {}) }, null, 1));
process.exit(failures.length > 0 ? 1 : 0);
