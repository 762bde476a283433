#!/usr/bin/env node
// hls.js on a recorded programme of the demo: the wait for its first playlist, every kind of boundary, seeks across breaks.
//
//   title.mjs BASE [--minutes 120]
//
// Prints one JSON object; exits 1 where playback stalled or failed at a boundary, an ad was counted twice or not at all, the
// programme does not end, or the first playlist took longer than the ad server and 50 ms.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { EVENTS } from "./lib/beacons.mjs";
import { withChromium } from "./lib/chromium.mjs";
import { servePage } from "./lib/serve.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: "string", default: "120" } } });
const [base] = positionals;
if (!base) {
  console.error("usage: title.mjs BASE [--minutes N]");
  process.exit(64);
}
const SESSION = `${base}/v1/session/demo/film/${values.minutes}/main.m3u8`;

/** Opens a session and reads its first media playlist. */
async function open() {
  const body = JSON.stringify({ reportingMode: "server" });
  const { manifestUrl, trackingUrl } = await (await fetch(SESSION, { method: "POST", body })).json();
  const master = new URL(manifestUrl, base);
  const line = (await (await fetch(master)).text()).split("\n").find((one) => one && !one.startsWith("#"));
  const url = new URL(line, master);
  const began = performance.now();
  const text = await (await fetch(url)).text();
  const took = performance.now() - began;
  return { session: trackingUrl.split("/").at(-1), master: master.href, text, took };
}

/** From the first question to the last answer, as the decision log has it. */
async function asking(session) {
  const rows = await (await fetch(`${base}/demo/decisions?session=${session}`)).json();
  const asked = rows.filter((row) => row.adsRequestUrl).map((row) => Date.parse(row.eventTimestamp));
  return { ads: Math.max(...asked) - Math.min(...asked), questions: rows.filter((row) => /MAKING_ADS|VAST_REDIRECT$/.test(row.eventType)).length };
}

/** Runs of ads and programme, in seconds from the beginning. */
function runs(text) {
  const all = [];
  let [at, length] = [0, 0];
  for (const line of text.split("\n")) {
    if (line.startsWith("#EXTINF:")) length = Number.parseFloat(line.slice(8));
    if (!line || line.startsWith("#")) continue;
    const kind = line.startsWith("ad/") ? `ad ${line.split("/")[1]}` : "programme";
    if (all.at(-1)?.kind !== kind) all.push({ kind, from: at, to: at });
    at += length;
    all.at(-1).to = at;
  }
  return all;
}

async function load(page, pageUrl, url) {
  await page.goto(pageUrl);
  await page.addScriptTag({ url: new URL("hls.js", pageUrl).href });
  await page.evaluate(async (url) => {
    const video = document.getElementById("video");
    video.muted = true;
    const notes = { errors: [], frags: [] };
    const hls = new Hls({ maxBufferLength: 20 });
    hls.on(Hls.Events.ERROR, (_, data) => notes.errors.push({ what: data.details, fatal: data.fatal, at: video.currentTime }));
    hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => notes.frags.push({ url: frag.url, at: video.currentTime }));
    window.notes = notes;
    hls.loadSource(url);
    hls.attachMedia(video);
    notes.version = Hls.version;
    await video.play();
  }, url);
}

const state = (page) =>
  page.evaluate(() => {
    const video = document.getElementById("video");
    return { at: video.currentTime, ended: video.ended, duration: video.duration, url: window.notes.frags.at(-1)?.url ?? "" };
  });

/** Plays from `from` until `to`; the longest time without progress once it has started. */
async function play(page, from, to) {
  if (from !== null) await page.evaluate((from) => (document.getElementById("video").currentTime = from), from);
  const asked = Date.now();
  let [last, moved, started, stall, seen] = [from, Date.now(), null, 0, new Set()];
  for (;;) {
    await sleep(50);
    const { at, ended, url } = await state(page);
    const now = Date.now();
    seen.add(url.includes("/ad/") ? `ad ${url.split("/ad/")[1].split("/")[0]}` : "programme");
    if (at !== last) {
      if (started === null && last !== null && at > last) started = now;
      if (started !== null) stall = Math.max(stall, now - moved);
      [last, moved] = [at, now];
    }
    if (ended || at >= to) return { from, to: at, started: started - asked, stall, seen: [...seen], ended };
    if (now - moved > 20_000) return { from, to: at, stall: now - moved, seen: [...seen], ended, stuck: true };
  }
}

/** The stretches to be watched: through the beginning, each kind of boundary near and far, and the end. */
function stretches(all) {
  const first = all.findIndex((run) => run.kind === "programme");
  const mids = all.filter((run, at) => run.kind !== "programme" && at > first && at < all.length - 1);
  const around = (at) => [at - 4, at + 4];
  const far = mids.at(-1);
  const post = all.at(-1);
  return [
    { name: "through the pre-roll", from: null, to: all[first].from + 4 },
    { name: "into a mid-roll", at: mids[0].from, range: around(mids[0].from) },
    { name: "out of it", at: mids[0].to, range: around(mids[0].to) },
    { name: "across the others into the last", at: far.from, range: around(far.from) },
    { name: "out of it", at: far.to, range: around(far.to) },
    { name: "back across them, into the first", at: mids[0].from, range: around(mids[0].from) },
    { name: "into the post-roll", at: post.from, range: around(post.from) },
    { name: "to the end", at: post.to, range: [post.to - 6, post.to + 10] },
  ];
}

await open(); // reads the creatives, as somebody has to
const measured = await open();
const { ads, questions } = await asking(measured.session);
const opened = await open();
const all = runs(opened.text);
const served = await servePage();
const report = await withChromium(async (context) => {
  const page = context.pages()[0] ?? (await context.newPage());
  await load(page, served.url, opened.master);
  const watched = [];
  for (const { name, from = null, to, range } of stretches(all)) {
    watched.push({ name, ...(await play(page, range ? range[0] : from, range ? range[1] : to)) });
  }
  await sleep(8000);
  const hits = await (await fetch(`${base}/demo/sink?sid=${opened.session}`)).json();
  return { watched, hits, duration: (await state(page)).duration, notes: await page.evaluate(() => window.notes) };
}, { width: 640, height: 360 });
served.close();

const failures = [];
for (const one of report.watched) {
  if (one.stuck) failures.push(`${one.name}: stuck at ${one.to}`);
  else if (one.stall > 1500) failures.push(`${one.name}: stood still for ${one.stall} ms`);
  const kinds = one.name === "to the end" ? 1 : 2;
  if (one.seen.length < kinds) failures.push(`${one.name}: only ${one.seen} was seen`);
}
if (!report.watched.at(-1).ended) failures.push("the programme does not end");
const length = all.at(-1).to;
if (Math.abs(report.duration - length) > 0.5) failures.push(`it lasts ${report.duration} s, not ${length}`);
for (const { what, at } of report.notes.errors.filter((error) => error.fatal)) failures.push(`${what} at ${at}`);
const names = report.hits.map((hit) => hit.beacon_id);
if (new Set(names).size !== names.length) failures.push("a beacon came twice");
for (const event of EVENTS) {
  const pre = all[0].kind.slice(3);
  const count = report.hits.filter((hit) => hit.event === event).length;
  if (count < 2) failures.push(`${event} of the pre-roll's (${pre}) ads: ${count}`);
}
if (measured.took > ads + 50) failures.push(`the first playlist took ${measured.took} ms, the ad server ${ads} ms`);
const figures = {
  hlsjs: report.notes.version, minutes: Number(values.minutes), breaks: all.filter((run) => run.kind !== "programme").length,
  segments: opened.text.split("#EXTINF").length - 1, bytes: opened.text.length, questions,
  firstPlaylistMs: Math.round(measured.took), adServerMs: ads, nextPlaylistMs: Math.round(opened.took), beacons: names.length,
  errors: report.notes.errors.length,
};
console.log(JSON.stringify({ figures, failures, watched: report.watched, errors: report.notes.errors }, null, 1));
process.exit(failures.length > 0 ? 1 : 0);
