// ffmpeg plays one media playlist as it is served, and says what it decoded.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const SAMPLE_RATE = 48_000;

// The demo's mark for lip sync: a square that is white while the tick sounds.
const MARK = "crop=iw*20/640:ih*20/360:iw*595/640:ih*17/360";
const CLOCK = 90_000; // of the noted timestamps, in Hz
const PICTURES = `settb=1/${CLOCK},${MARK},signalstats,metadata=print:key=lavfi.signalstats.YAVG`;
// Something has to be measured for a frame to be printed.
// HE-AAC has frames of twice the samples.
const SOUND = `asetnsamples=n=1024:p=0,asettb=1/${CLOCK},astats=metadata=1:reset=1:measure_overall=none:measure_perchannel=Peak_level,ametadata=print`;
const OUTPUT = {
  video: (file) => ["-map", "0:v:0", "-vf", `${PICTURES}:file=${file}.txt`, "-fps_mode", "passthrough", "-f", "null", "-"],
  audio: (file) => [
    "-map", "0:a:0", "-ac", "1", "-ar", String(SAMPLE_RATE), "-af", `${SOUND}:file=${file}.txt`, "-f", "s16le", "-y", `${file}.pcm`,
  ],
};

/**
 * Plays `url` through `proxy` until its end. `kind` is `video` or `audio`; `directory` keeps what is noted. Gives
 * `{ frames, samples, complaints }`: `frames` are `{ time, value }` in order, `time` as in the media (s), `value` the
 * mark's luma or nothing; `samples` the sound; `complaints` the decoder's.
 *
 * Timestamps are left as they are and each kind has a process of its own: ffmpeg's demuxer picks what to read next by
 * timestamps that a discontinuity makes incomparable, and would starve one of the two.
 */
export async function decode(kind, url, { proxy, directory }) {
  const file = join(directory, kind);
  const environment = { ...process.env, ...(proxy && { http_proxy: proxy }) };
  const input = [...AS_IT_IS, ...(proxy ? SEGMENTS_AS_THEY_ARE : []), "-i", url];
  const log = await ffmpeg([...input, ...OUTPUT[kind](file)], environment);
  return {
    frames: frames(readFileSync(`${file}.txt`, "utf8")),
    samples: kind === "audio" ? pcm(readFileSync(`${file}.pcm`)) : null,
    complaints: log.split("\n").filter((line) => COMPLAINT.test(line)),
  };
}

// A timestamp that goes back is no wrap of the media's clock.
const AS_IT_IS = ["-copyts", "-correct_ts_overflow", "0"];
// Where a playlist says that it is begun, it is.
const SEGMENTS_AS_THEY_ARE = ["-prefer_x_start", "1", "-seg_format_options", "correct_ts_overflow=0"];

/** The same of several files, one after the other, each by a decoder of its own. */
export async function decodeEach(kind, files, { directory }) {
  const parts = [];
  for (const file of files) parts.push(await decode(kind, file, { directory }));
  const samples = kind === "audio" ? new Int16Array(parts.flatMap((part) => [...part.samples])) : null;
  return { frames: parts.flatMap((part) => part.frames), samples, complaints: parts.flatMap((part) => part.complaints) };
}

// Of decoders, and of ffmpeg about them; a demuxer's warnings at a splice are not among them.
const COMPLAINT = /^\[(h264|aac) @|Error while decoding|Error submitting/;

function ffmpeg(parameters, env) {
  const quiet = ["-nostdin", "-hide_banner", "-nostats", "-v", "warning"];
  const child = spawn("ffmpeg", [...quiet, ...parameters], { env, stdio: ["ignore", "ignore", "pipe"] });
  const end = () => child.kill();
  process.once("exit", end);
  child.on("close", () => process.off("exit", end));
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(log) : reject(new Error(`ffmpeg ended with ${code}: ${log.slice(-2000)}`))));
  });
}

// `frame:N pts:N pts_time:T`, then the value. The time is printed to six digits only.
function frames(text) {
  return [...text.matchAll(/pts:(-?\d+) .*\n(?:lavfi\.signalstats\.YAVG=(\S+))?/g)].map(([, pts, value]) => ({
    time: Number(pts) / CLOCK,
    value: value && Number(value),
  }));
}

const pcm = (bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
