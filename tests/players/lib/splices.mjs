// Pictures of what was heard around splices, to be looked at.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SAMPLE_RATE } from "./decode.mjs";

/** Draws the waveform and the spectrogram of a recording's sound in `directory`, as `waveform.png` and `spectrogram.png`. */
export async function draw(directory) {
  const inputs = recorded(directory);
  if (inputs.length === 0) return [];
  const joined = `${inputs.map((_, at) => `[${at}:a]`).join("")}concat=n=${inputs.length}:v=0:a=1`;
  const drawings = { waveform: "showwavespic=s=2400x400:split_channels=0:scale=cbrt", spectrogram: "showspectrumpic=s=2400x512:scale=log:stop=3000:legend=0" };
  const files = [];
  for (const [name, filter] of Object.entries(drawings)) {
    const file = join(directory, `${name}.png`);
    await ffmpeg([...inputs.flat(), "-filter_complex", `${joined},${filter}`, "-frames:v", "1", "-y", file]);
    files.push(file);
  }
  return files;
}

// Decoded samples, or the runs' own files where each was decoded by itself.
function recorded(directory) {
  const pcm = join(directory, "audio.pcm");
  const runs = readdirSync(directory).filter((name) => /^audio-\d+\.mp4$/.test(name));
  if (runs.length === 0) return existsSync(pcm) ? [["-f", "s16le", "-ar", String(SAMPLE_RATE), "-ac", "1", "-i", pcm]] : [];
  const number = (name) => Number(/\d+/.exec(name)[0]);
  return runs.sort((one, other) => number(one) - number(other)).map((name) => ["-i", join(directory, name)]);
}

async function ffmpeg(parameters) {
  const child = spawn("ffmpeg", ["-nostdin", "-hide_banner", "-v", "error", ...parameters], { stdio: ["ignore", "inherit", "inherit"] });
  const code = await new Promise((ended) => child.on("close", ended));
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}
