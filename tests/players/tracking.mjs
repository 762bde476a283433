#!/usr/bin/env node
// Clients of the tracking API on the demo, one after the other (page/clients.js): what they report, and where they put ads.
//
//   tracking.mjs BASE [--breaks 2] [--clients shaka,signals,hlsjs,videojs] [--seconds 190]
//
// `--breaks` is for Shaka, the others watch one. Prints one JSON object per client; exits 1 where a beacon is missing or
// doubled, the service sent one too, an ad begins elsewhere than it is said to, or no cue point came.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EVENTS } from "./lib/beacons.mjs";
import { withChromium } from "./lib/chromium.mjs";
import { servePage } from "./lib/serve.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    breaks: { type: "string", default: "2" },
    clients: { type: "string", default: "shaka,signals,hlsjs,videojs" },
    seconds: { type: "string", default: "190" },
  },
});
const [base] = positionals;
if (!base) {
  console.error("usage: tracking.mjs BASE [--breaks N] [--clients NAMES] [--seconds N]");
  process.exit(64);
}

// Which of an ad's beacons a client sends. `start` is none of the plugin's.
const CLIENTS = {
  shaka: { scripts: ["shaka.js"], events: EVENTS, breaks: Number(values.breaks), polls: true },
  signals: { scripts: ["shaka.js"], events: EVENTS, breaks: 1 },
  hlsjs: { scripts: ["hls.js"], events: [], breaks: 1 },
  videojs: { scripts: ["video.js"], events: EVENTS.filter((event) => event !== "start"), breaks: 1, polls: true },
};
const APART = 0.1; // seconds, between where an ad begins and where it is said to

async function play(page, pageUrl, name) {
  const { scripts, events, breaks } = CLIENTS[name];
  const polls = [];
  page.on("response", (answer) => answer.url().includes("/v1/tracking/") && polls.push(answer.status()));
  await page.goto(pageUrl);
  for (const script of [...scripts, "clients.js"]) await page.addScriptTag({ url: new URL(script, pageUrl).href });
  const { session, version } = await page.evaluate(([name, base]) => window.clients[name](base), [name, base]);
  const began = Date.now();
  const tracked = new Map();
  let hits = [];
  // Until the last event of the last ad of so many breaks is there, or would be.
  while (Date.now() - began < Number(values.seconds) * 1000) {
    await sleep(1000);
    const document = await (await fetch(`${base}/v1/tracking/demo/${session}`)).json();
    for (const avail of document.avails) tracked.set(avail.availId, avail);
    hits = await (await fetch(`${base}/demo/sink?sid=${session}`)).json();
    const known = await page.evaluate(() => window.notes.known);
    const ads = heardOf([...tracked.values()].slice(0, breaks).flatMap((avail) => avail.ads), known);
    const complete = hits.filter((hit) => hit.event === "complete").length;
    const starts = await page.evaluate(() => window.notes.starts);
    const seen = events.length > 0 ? complete : ads.filter((ad) => starts.some(({ sequence }) => String(sequence) === ad.adId)).length;
    if (tracked.size >= breaks && ads.length > 0 && seen >= ads.length) break;
  }
  await sleep(3000);
  hits = await (await fetch(`${base}/demo/sink?sid=${session}`)).json();
  const notes = await page.evaluate(() => window.notes);
  return { version, tracked: [...tracked.values()].slice(0, breaks), hits, polls, notes };
}

function judge(name, { tracked, hits, polls, notes }) {
  const { events, breaks } = CLIENTS[name];
  const failures = [];
  const ads = heardOf(tracked.flatMap((avail) => avail.ads), notes.known);
  if (tracked.length < breaks) failures.push(`only ${tracked.length} breaks`);
  for (const ad of ads) {
    for (const event of events) {
      const urls = ad.trackingEvents.find((one) => one.eventType === event)?.beaconUrls ?? [];
      for (const url of urls) {
        const query = Object.fromEntries(new URL(url).searchParams);
        const same = hits.filter((hit) => hit.event === event && Object.entries(query).every(([k, v]) => hit.query[k] === v));
        const wanted = ads.filter((other) => other.trackingEvents.some((one) => one.eventType === event && one.beaconUrls.includes(url)));
        if (same.length !== wanted.length) failures.push(`${event} of ad ${ad.adId}: ${same.length} times, not ${wanted.length}`);
      }
    }
  }
  const servers = hits.filter((hit) => hit.beacon_id);
  if (servers.length > 0) failures.push(`the service sent ${servers.length} beacons too`);
  if (name !== "hlsjs" && notes.cues < 1) failures.push("no cue point");
  if (polls.some((status) => status !== 200)) failures.push(`tracking answered ${[...new Set(polls)]}`);
  if (notes.errors.length > 0) failures.push(`player errors ${notes.errors}`);
  const apart = name === "hlsjs" ? differences(ads, notes.starts) : [];
  for (const { ad, seconds, millis } of apart) {
    if (!(Math.abs(seconds) <= APART)) failures.push(`ad ${ad} begins ${seconds} s from where it is said to`);
    if (!(Math.abs(millis) <= APART * 1000)) failures.push(`ad ${ad} is dated ${millis} ms from what is said of it`);
  }
  return { failures, apart };
}

/** The ads a client can know of: all, unless it reads the document but once. */
const heardOf = (ads, known) => ads.filter(({ adId }) => known?.includes(adId) ?? true);

/** How far from its place in the tracking document the player put each ad's first segment, on both clocks. */
const differences = (ads, starts) =>
  ads.map((ad) => {
    const first = starts.find(({ sequence }) => String(sequence) === ad.adId);
    const seconds = first ? Math.round((first.start - ad.startTimeInSeconds) * 1000) / 1000 : NaN;
    return { ad: ad.adId, seconds, millis: first?.ad ? Math.round(first.date - Date.parse(ad.adProgramDateTime)) : NaN };
  });

const served = await servePage();
let bad = false;
for (const name of values.clients.split(",")) {
  const report = await withChromium(async (context) => play(context.pages()[0] ?? (await context.newPage()), served.url, name), {
    width: 640,
    height: 360,
  });
  const { failures, apart } = judge(name, report);
  const { cues, started, completed } = report.notes;
  const ads = report.tracked.flatMap((avail) => avail.ads).length;
  const figures = { version: report.version, breaks: report.tracked.length, ads, beacons: report.hits.length, polls: report.polls.length, cues, started, completed, apart };
  console.log(JSON.stringify({ client: name, figures, failures }));
  bad ||= failures.length > 0;
}
served.close();
process.exit(bad ? 1 : 0);
