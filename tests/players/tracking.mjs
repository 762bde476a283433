#!/usr/bin/env node
// Shaka Player with `requestMediaTailorStream` on the demo: session, tracking, and all its own beacons, each once.
//
//   tracking.mjs BASE [--breaks 2] [--seconds 190]
//
// Prints one JSON object; exits 1 where a beacon is missing or doubled, the service sent one too, or no cue point came.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EVENTS } from "./lib/beacons.mjs";
import { withChromium } from "./lib/chromium.mjs";
import { servePage } from "./lib/serve.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { breaks: { type: "string", default: "2" }, seconds: { type: "string", default: "190" } },
});
const [base] = positionals;
if (!base) {
  console.error("usage: tracking.mjs BASE [--breaks N] [--seconds N]");
  process.exit(64);
}

async function play(page, pageUrl) {
  const polls = [];
  page.on("response", (answer) => answer.url().includes("/v1/tracking/") && polls.push(answer.status()));
  await page.goto(pageUrl);
  await page.addScriptTag({ url: new URL("shaka.js", pageUrl).href });
  await page.evaluate(async (base) => {
    const video = document.getElementById("video");
    video.muted = true;
    const notes = { cues: 0, started: 0, completed: 0, breaks: 0, errors: [] };
    window.notes = notes;
    const player = new shaka.Player();
    await player.attach(video);
    player.addEventListener("error", ({ detail }) => notes.errors.push(detail.code));
    const ads = player.getAdManager();
    const on = (event, key) => ads.addEventListener(event, () => (notes[key] += 1));
    ads.addEventListener(shaka.ads.Utils.CUEPOINTS_CHANGED, ({ cuepoints }) => {
      notes.cues = Math.max(notes.cues, cuepoints.length);
    });
    on(shaka.ads.Utils.AD_STARTED, "started");
    on(shaka.ads.Utils.AD_COMPLETE, "completed");
    on(shaka.ads.Utils.AD_BREAK_READY ?? "ad-break-ready", "breaks");
    const container = document.createElement("div");
    document.body.append(container);
    ads.setContainers(container, container);
    const stream = await ads.requestMediaTailorStream(`${base}/v1/session/demo/live/main.m3u8`, { adsParams: { device: "shaka" } });
    notes.stream = stream;
    await player.load(stream);
    video.play();
    notes.version = shaka.Player.version;
  }, base);
  const session = new URL(await page.evaluate(() => window.notes.stream)).searchParams.get("aws.sessionId");
  const began = Date.now();
  let tracked = new Map();
  let hits = [];
  // Until the last event of the last ad of so many breaks is there.
  while (Date.now() - began < Number(values.seconds) * 1000) {
    await sleep(1000);
    const document = await (await fetch(`${base}/v1/tracking/demo/${session}`)).json();
    for (const avail of document.avails) tracked.set(avail.availId, avail);
    hits = await (await fetch(`${base}/demo/sink?sid=${session}`)).json();
    const ads = [...tracked.values()].flatMap((avail) => avail.ads);
    const complete = hits.filter((hit) => hit.event === "complete").length;
    if (tracked.size >= Number(values.breaks) && complete >= ads.length) break;
  }
  await sleep(3000);
  hits = await (await fetch(`${base}/demo/sink?sid=${session}`)).json();
  return { session, tracked: [...tracked.values()], hits, polls, notes: await page.evaluate(() => window.notes) };
}

function judge({ tracked, hits, polls, notes }) {
  const failures = [];
  const ads = tracked.flatMap((avail) => avail.ads);
  if (tracked.length < Number(values.breaks)) failures.push(`only ${tracked.length} breaks`);
  for (const ad of ads) {
    for (const event of EVENTS) {
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
  if (notes.cues < 1) failures.push("no cue point");
  if (polls.some((status) => status !== 200)) failures.push(`tracking answered ${[...new Set(polls)]}`);
  if (notes.errors.length > 0) failures.push(`player errors ${notes.errors}`);
  return failures;
}

const served = await servePage();
const report = await withChromium(async (context) => play(context.pages()[0] ?? (await context.newPage()), served.url), {
  width: 640,
  height: 360,
});
served.close();
const failures = judge(report);
const { version, cues, started, completed } = report.notes;
const figures = {
  shaka: version, breaks: report.tracked.length, ads: report.tracked.flatMap((avail) => avail.ads).length,
  beacons: report.hits.length, polls: report.polls.length, cues, started, completed,
};
console.log(JSON.stringify({ figures, failures }, null, 1));
process.exit(failures.length > 0 ? 1 : 0);
