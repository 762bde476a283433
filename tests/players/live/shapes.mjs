// Ads as advertisers send them: MP4 files, none of them like the channel.
import { spawn } from "node:child_process";
import { existsSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { picture, sound } from "./encode.mjs";

/** By creative: the picture's size and rate, the sound's channels and rate. */
const SHAPES = {
  amber: { size: "1280x720", fps: 25, channels: "stereo", rate: 44_100 },
  basalt: { size: "360x640", fps: 50, channels: "mono", rate: 48_000 },
  cobalt: { size: "640x480", fps: 25, channels: "5.1", rate: 48_000 },
  dune: { size: "1920x1080", fps: 50, channels: "stereo", rate: 32_000 },
};

/** Makes `NAME.mp4` in `directory`. */
export function makeFile(directory, name, look, length) {
  const shape = SHAPES[name];
  const note = `aevalsrc='${sound(look.hertz)}':s=${shape.rate}:c=mono,aformat=channel_layouts=${shape.channels}`;
  return run("ffmpeg", [
    "-nostdin", "-hide_banner", "-v", "error", "-y", "-f", "lavfi", "-i", picture(look, shape), "-f", "lavfi", "-i", note, "-t", String(length),
    "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", "-b:a", "192k", join(directory, `${name}.mp4`),
  ]);
}

/**
 * Has all `creatives` made before anybody is to see them, by `midroll creative add`, once a viewer has made known what the
 * channel is like. What it says is kept in `creative-add.log`.
 */
export async function conditioned(creatives, { master, ads, midroll, config, directory }) {
  const main = await (await fetch(master)).text();
  await fetch(new URL(/\n([^#\n]+)/.exec(main)[1], master));
  const profiles = join(directory, "data/conditioning/profiles/main");
  for (const began = Date.now(); !existsSync(profiles) || readdirSync(profiles).length === 0; await sleep(200)) {
    if (Date.now() - began > 60_000) throw new Error("the channel's profile was not read");
  }
  const log = openSync(join(directory, "creative-add.log"), "w");
  for (const { name } of creatives) {
    await run(midroll, ["creative", "add", `${ads}/${name}.mp4`, "--configuration", "main", "--config", config], ["ignore", log, log]);
  }
}

async function run(program, parameters, stdio = ["ignore", "inherit", "inherit"]) {
  const child = spawn(program, parameters, { stdio });
  const code = await new Promise((ended) => child.on("close", ended));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}
