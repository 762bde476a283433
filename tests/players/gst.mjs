#!/usr/bin/env node
// GStreamer plays a session live, and its sinks say what reaches them when.
//
//   gst.mjs URL [--seconds 150] [--fps 25]
//
// Prints one JSON object. Exit 0: pictures and sound came without a rest of more than half a second, as many as time went by; 1: not.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "150" }, fps: { type: "string", default: "25" } },
});
const [url] = positionals;
const LIMITS = { stall: 0.5, startUp: 20, share: 0.03 };

// Both sinks keep to the clock, and tell of each buffer as it is due.
const sink = (name) => `fakesink name=${name} sync=true silent=false`;
const child = spawn("gst-launch-1.0", ["-v", "--no-position", "playbin3", `uri=${url}`, `video-sink=${sink("pictures")}`, `audio-sink=${sink("sound")}`], {
  stdio: ["ignore", "pipe", "pipe"],
});
const began = Date.now();
const came = { pictures: [], sound: [] };
const said = [];
let rest = "";
child.stdout.on("data", (more) => {
  const lines = (rest + more).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const [, name] = /\/GstFakeSink:(pictures|sound): last-message = chain/.exec(line) ?? [];
    if (name) came[name].push((Date.now() - began) / 1000);
    else if (/^(ERROR|WARNING)/.test(line)) said.push(line);
  }
});
child.stderr.on("data", (text) => said.push(...String(text).split("\n").filter((line) => /^(ERROR|WARNING)/.test(line))));
const ended = new Promise((done) => child.on("close", done));
setTimeout(() => child.kill("SIGINT"), Number(values.seconds) * 1000);
await ended;

const rests = (times) => times.slice(1).map((time, at) => ({ at: time, seconds: time - times[at] }));
const longest = (times) => Math.max(0, ...rests(times).map(({ seconds }) => seconds));
const round = (value) => Math.round(value * 1000) / 1000;
const played = (times) => (times.length > 0 ? times.at(-1) - times[0] : 0);
const figures = {
  startUp: round(came.pictures[0] ?? Infinity),
  pictures: came.pictures.length,
  expected: Math.round(played(came.pictures) * Number(values.fps)),
  soundBuffers: came.sound.length,
  longestRest: { pictures: round(longest(came.pictures)), sound: round(longest(came.sound)) },
  said: said.length,
};
const failures = [];
const say = (wrong, text) => wrong && failures.push(text);
for (const [name, times] of Object.entries(came)) {
  say(played(times) < Number(values.seconds) / 2, `${name} came for ${played(times).toFixed(1)} s only`);
  for (const { at, seconds } of rests(times)) say(seconds > LIMITS.stall, `${name} rested ${seconds.toFixed(2)} s at ${at.toFixed(1)} s`);
}
say(figures.startUp > LIMITS.startUp, `took ${figures.startUp} s to start`);
say(Math.abs(figures.pictures - figures.expected) > LIMITS.share * figures.expected, `${figures.pictures} pictures came, expected ${figures.expected}`);
for (const line of said) say(line.startsWith("ERROR"), line);
console.log(JSON.stringify({ url, figures, failures, said: said.slice(0, 20) }, null, 1));
process.exitCode = failures.length > 0 ? 1 : 0;
