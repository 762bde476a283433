#!/usr/bin/env node
// `midroll serve` before live channels that ffmpeg encodes meanwhile, played through breaks by hls.js, Shaka and ffmpeg.
//
//   live.mjs [--kinds ts,muxed] [--seconds 150] [--midroll target/debug/midroll] [--keep target/proofs/live] [--control]
//
// The kinds are in live/kinds.mjs. Everything that is played is judged, with its beacons; screenshots of every splice are
// kept. With `--control` browsers play the same stitched by hand, without Midroll. Exit 0: as it must be.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CREATIVES, SETS, SLATE } from "./live/adserver.mjs";
import { LANGUAGE_TONE, PROGRAMME_TONE } from "./live/encode.mjs";
import { FPS, KINDS } from "./live/kinds.mjs";
import { PROGRAMME, startWorld } from "./live/world.mjs";
import { draw } from "./lib/splices.mjs";
import { distance } from "./lib/verdict.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    kinds: { type: "string", default: "ts" },
    seconds: { type: "string", default: "150" },
    midroll: { type: "string", default: "target/debug/midroll" },
    keep: { type: "string", default: "target/proofs/live" },
    control: { type: "boolean", default: false },
  },
});
let failed = false;
const playing = new Set();
// What was started ends with this, however it ends.
process.once("exit", () => playing.forEach((child) => child.kill()));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

for (const name of values.kinds.split(",")) {
  const directory = resolve(values.keep, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const world = await startWorld(KINDS[name], directory, resolve(values.midroll));
  const judgements = await Promise.all(viewers(KINDS[name], world, directory).map(watch));
  world.close();
  for (const judgement of judgements) tell(name, judgement);
  if (KINDS[name].files) console.log(`  ${(await draw(join(directory, "ffmpeg-main"))).join("\n  ")}`);
}
process.exit(failed ? 1 : 0);

/**
 * Who plays the channel: `{ who, set, tone, script, parameters }`, where `set` is whose ads have to come, and
 * `tone` what is to be heard in the programme.
 */
function viewers(kind, { configurations, dataDir, sink }, directory) {
  const lengths = CREATIVES.map(({ name, length }) => `${name}=${length}`).join(",");
  const beacons = ["--data-dir", dataDir, "--sink", sink, "--lengths", lengths];
  const how = ["--seconds", values.seconds, "--fps", String(FPS)];
  // The last language, so that one is played that is not the default.
  const language = kind.sounds.at(-1).language;
  const subtitles = kind.subtitles ? ["--subtitles", kind.subtitles.language] : [];
  const switching = kind.switchEvery ? ["--switch-every", String(kind.switchEvery)] : [];
  const browser = (player, name = "main", judged = [...beacons, ...subtitles]) => ({
    who: name === "main" ? player : `${player}-${name}`,
    set: "main",
    tone: PROGRAMME_TONE + LANGUAGE_TONE * (kind.sounds.length - 1),
    script: "play.mjs",
    parameters: [
      configurations[name], ...how, ...judged, ...switching, "--player", player, "--full", "--sound", "--language", language,
      "--shots", join(directory, name), "--keep", join(directory, `${player}-${name}.wire.json`),
    ],
  });
  if (values.control) return ["hlsjs", "shaka"].map((player) => browser(player, "control", []));
  const byRun = kind.byRun ? ["--by-run"] : [];
  const recorder = (set) => ({
    who: `ffmpeg-${set}`,
    set,
    script: "record.mjs",
    parameters: [configurations[set], ...how, ...beacons, ...byRun, "--keep", join(directory, `ffmpeg-${set}`)],
  });
  const all = [browser("hlsjs"), browser("shaka"), recorder("main"), recorder("other")];
  // Its demuxer passes over ads in fragmented MP4.
  const gstreamer = { who: "gstreamer", set: "main", script: "gst.mjs", parameters: [configurations.main, ...how] };
  return kind.files && kind.extension === "ts" ? [...all, gstreamer] : all;
}

function watch({ script, parameters, ...viewer }) {
  const child = spawn(process.execPath, [join(HERE, script), ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
  playing.add(child);
  let text = "";
  child.stdout.on("data", (more) => (text += more));
  return new Promise((done) => child.on("close", (status) => playing.delete(child) && done({ ...viewer, status, text })));
}

function tell(kind, { who, set, tone, status, text }) {
  const { figures, failures } = status === 2 ? { figures: {}, failures: ["could not be judged"] } : JSON.parse(text);
  const first = KINDS[kind].preRoll ? SETS["pre-roll"].flat() : [];
  const pods = [...first, ...Array(10).fill(SETS[set]).flat(2)];
  const wrong = (figures.ads ?? []).filter((ad, at) => ad !== pods[at]);
  if (wrong.length > 0) failures.push(`the ads were ${figures.ads}, not ${pods.slice(0, figures.ads.length)}`);
  if (first.length > 0) failures.push(...notBegun(figures, first[0]));
  if (tone && !figures.tones?.some((heard) => Math.abs(heard - tone) < 15)) failures.push(`${tone} Hz were not heard`);
  console.log(`${kind}, ${who}: ${failures.length === 0 ? "good" : "FAILED"}\n  ${JSON.stringify(figures)}`);
  failures.slice(0, 10).forEach((failure) => console.log(`  ${failure}`));
  writeFileSync(join(values.keep, kind, `${who}.json`), text);
  failed ||= failures.length > 0;
}

/** What is wrong where a viewer was to begin with an ad. */
function notBegun({ begins, firstColour }, ad) {
  const looks = [...CREATIVES, SLATE, { name: "the programme", look: PROGRAMME }];
  const apart = ({ look }) => distance(firstColour, [16, 8, 0].map((bits) => (Number(look.colour) >> bits) & 255));
  const [shown] = firstColour ? looks.sort((one, other) => apart(one) - apart(other)) : [{ name: ad }];
  return [
    ...(begins === "preroll" ? [] : [`it was served ${begins ?? "the programme"} first`]),
    ...(shown.name === ad ? [] : [`${shown.name} was seen first, not ${ad}`]),
  ];
}
