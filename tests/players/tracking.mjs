#!/usr/bin/env node
// Clients of the tracking API on the demo, one after the other (page/clients.js): what they report, and where they put ads.
//
//   tracking.mjs BASE [--breaks 2] [--clients shaka,signals,hlsjs,videojs] [--seconds 190]
//   tracking.mjs BASE --title 4 [--clients …] [--seconds …]
//
// `--breaks` is for Shaka on the live channel, the others watch one; `--title` plays a film of so many minutes through all
// its breaks instead. Prints one JSON object per client; exits 1 where a beacon is missing or doubled, the service sent one
// too, an ad begins elsewhere than it is said to, or no cue point came.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EVENTS } from "./lib/beacons.mjs";
import { withChromium } from "./lib/chromium.mjs";
import * as follow from "./lib/follow.mjs";
import { judge } from "./lib/reported.mjs";
import { servePage } from "./lib/serve.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    breaks: { type: "string", default: "2" },
    clients: { type: "string" },
    seconds: { type: "string", default: "190" },
    title: { type: "string" },
  },
});
const [base] = positionals;
if (!base) {
  console.error("usage: tracking.mjs BASE [--breaks N | --title MINUTES] [--clients NAMES] [--seconds N]");
  process.exit(64);
}

// SVTA 2053-2 tells of ads in date ranges, which the demo's films, being undated, cannot have (RFC 8216 §4.3.2.7).
const clients = values.clients ?? (values.title ? "shaka,hlsjs,videojs" : "shaka,signals,hlsjs,videojs");

// Before, in and after the film: pre-roll, mid-roll after two minutes and every 20 from there, post-roll.
const ROLLS = 3;
const breaks = values.title ? ROLLS : Number(values.breaks);
const one = values.title ? ROLLS : 1;
const asset = values.title ? `film/${values.title}/main.m3u8` : "live/main.m3u8";

// Which of an ad's beacons a client sends. `start` is none of the plugin's.
const CLIENTS = {
  shaka: { scripts: ["shaka.js"], events: EVENTS, breaks, cues: Boolean(values.title) },
  signals: { scripts: ["shaka.js"], events: EVENTS, breaks: one },
  hlsjs: { scripts: ["hls.js"], events: [], breaks: one, times: true, dated: !values.title },
  videojs: { scripts: ["video.js"], events: EVENTS.filter((event) => event !== "start"), breaks: one },
};

async function play(page, pageUrl, name) {
  const { scripts, events, breaks } = CLIENTS[name];
  const polls = [];
  page.on("response", (answer) => answer.url().includes("/v1/tracking/") && polls.push(answer.status()));
  await page.goto(pageUrl);
  for (const script of [...scripts, "clients.js"]) await page.addScriptTag({ url: new URL(script, pageUrl).href });
  const { session, version } = await page.evaluate(([name, base, asset]) => window.clients[name](base, asset), [name, base, asset]);
  const document = async () => (await fetch(`${base}/v1/tracking/demo/${session}`)).json();
  const sink = async () => (await fetch(`${base}/demo/sink?sid=${session}`)).json();
  const until = Date.now() + Number(values.seconds) * 1000;
  const way = values.title ? follow.title : follow.live;
  const tracked = await way(page, { document, sink, breaks, reports: events.length > 0, until });
  await sleep(3000);
  return { version, tracked, hits: await sink(), polls, notes: await page.evaluate(() => window.notes) };
}

const served = await servePage();
let bad = false;
for (const name of clients.split(",")) {
  const report = await withChromium(async (context) => play(context.pages()[0] ?? (await context.newPage()), served.url, name), {
    width: 640,
    height: 360,
  });
  const { failures, apart } = judge(report, CLIENTS[name]);
  const { cues, started, completed } = report.notes;
  const ads = report.tracked.flatMap((avail) => avail.ads).length;
  const figures = { version: report.version, breaks: report.tracked.length, ads, beacons: report.hits.length, polls: report.polls.length, cues, started, completed, apart };
  console.log(JSON.stringify({ client: name, figures, failures }));
  bad ||= failures.length > 0;
}
served.close();
process.exit(bad ? 1 : 0);
