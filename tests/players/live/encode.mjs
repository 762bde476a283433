// What ffmpeg makes, live or at once: an HLS presentation of one kind, with the demo's marks for lip sync.
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIRST_TICK, TICKS } from "./clock.mjs";
import { FPS, RUNGS, SEGMENT, multivariant } from "./kinds.mjs";

const FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf";

const LONGEST = 900; // seconds of a programme

/** What a programme sounds like, in Hz, and how much higher each further language does. */
export const PROGRAMME_TONE = 330;
export const LANGUAGE_TONE = 110;

/** A still title, a running clock, two bars that never stand still, and the square that is white while the tick sounds. */
export function picture({ title, colour, mark = true }, { size = "640x360", fps = FPS } = {}) {
  const text = (size, y, what, x = "(w-tw)/2") =>
    `drawtext=fontfile=${FONT}:fontsize=${size}:fontcolor=white:x='${x}':y=${y}:text='${what}'`;
  return [
    `color=c=${colour}:s=${size}:r=${fps}`,
    text(52, 80, title),
    text(44, 180, "%{pts\\:hms}"),
    text(48, 290, "==", "mod(4*n,w)"),
    ...(mark ? [`drawbox=x=iw*592/640:y=ih*14/360:w=iw*26/640:h=ih*26/360:color=white:t=fill:enable='lt(mod(n,${fps}),${(2 * fps) / FPS})'`] : []),
    "format=yuv420p",
  ].join(",");
}

/** A steady note and, at every full second, a tick. */
export const sound = (hertz, mark = true) => `0.08*sin(2*PI*${hertz}*t)${mark ? "+0.3*sin(2*PI*2000*t)*exp(-70*mod(t,1))" : ""}`;

// No B-frames and no priming packet of AAC, so that sound and picture, written apart, begin at the same timestamp.
const video = ({ size, level, bits }, seconds) => [
  "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-level", level, "-s", size,
  "-b:v", String(bits * 0.7), "-maxrate", String(bits), "-bufsize", String(bits),
  "-bf", "0", "-g", String(FPS * seconds), "-keyint_min", String(FPS * seconds), "-sc_threshold", "0",
];
const audio = ["-c:a", "aac", "-b:a", "48k", "-bsf:a", "noise=drop=not(n)"];
// MP4 wants what each frame of ADTS says once, in the initialisation section.
const copied = ({ extension }) => ["-c:a", "copy", ...(extension === "m4s" ? ["-bsf:a", "aac_adtstoasc"] : [])];

function output(directory, name, { extension, encrypted }, { seconds, live, wraps }) {
  const cmaf = extension === "m4s";
  return [
    ...(wraps ? ["-output_ts_offset", String((TICKS - FIRST_TICK) / 90_000 - wraps)] : []),
    "-f", "hls", "-hls_time", String(seconds), "-hls_list_size", "0", "-hls_playlist_type", live ? "event" : "vod",
    "-hls_segment_type", cmaf ? "fmp4" : "mpegts", "-hls_flags", "temp_file",
    ...(cmaf ? ["-hls_fmp4_init_filename", `${name}-init.mp4`] : []),
    ...(encrypted && live ? ["-hls_key_info_file", join(directory, "key.info")] : []),
    "-hls_segment_filename", join(directory, `${name}-%d.${extension}`), join(directory, `${name}.m3u8`),
  ];
}

const note = (look, index, channels = "mono") =>
  `aevalsrc='${sound(look.hertz + index * LANGUAGE_TONE, look.mark)}':s=48000:c=mono,aformat=channel_layouts=${channels}`;

/** Makes a programme's sound that ffmpeg cannot encode, by the program that MIDROLL_HE_AAC names. */
function encodedSound(directory, look, { aac, channels, bits }) {
  const file = join(directory, "sound.aac");
  const layout = channels === 1 ? "mono" : "stereo";
  const samples = ["-nostdin", "-v", "error", "-f", "lavfi", "-i", note(look, 0, layout), "-t", String(LONGEST), "-f", "s16le", "-"];
  const input = execFileSync("ffmpeg", samples, { maxBuffer: 2 ** 30 });
  writeFileSync(file, execFileSync(process.env.MIDROLL_HE_AAC, [aac, channels, bits].map(String), { input, maxBuffer: 2 ** 30 }));
  return file;
}

/**
 * Starts ffmpeg on a presentation in `directory` and gives the process: without end and in real time, or `length`
 * seconds as fast as it goes, with its multivariant playlist. `look` is `{ title, colour, hertz, mark }`; `wraps` says
 * after how many seconds the 33-bit clock begins anew.
 */
export function encode(kind, directory, look, { length, segment = SEGMENT, wraps } = {}) {
  const live = length === undefined;
  const input = (graph) => [...(live ? ["-re"] : []), "-f", "lavfi", "-i", graph];
  const stop = live ? [] : ["-t", String(length)];
  const how = { seconds: segment, live, wraps };
  const ofSound = { ...how, seconds: (live && kind.soundSegment) || segment };
  // Only the programme's sound is made beforehand, and of one kind for all of it.
  const sounds = live ? kind.sounds : kind.sounds.map((one) => ({ ...one, encoded: undefined }));
  if (!live) writeFileSync(join(directory, "main.m3u8"), multivariant({ ...kind, sounds, subtitles: undefined }));
  const parameters = [
    ...input(picture(look)),
    ...sounds.flatMap(({ encoded }, index) =>
      encoded ? ["-re", "-i", encodedSound(directory, look, encoded)] : input(note(look, index)),
    ),
    ...RUNGS.flatMap((rung) => [
      "-map", "0:v", ...(kind.muxed ? ["-map", "1:a", ...audio] : []), ...stop, ...video(rung, segment), ...output(directory, rung.name, kind, how),
    ]),
    ...(kind.muxed ? [] : sounds).flatMap(({ name, encoded }, index) => [
      "-map", `${index + 1}:a`, ...stop, ...(encoded ? copied(kind) : audio), ...output(directory, name, kind, ofSound),
    ]),
  ];
  return spawn("ffmpeg", ["-nostdin", "-hide_banner", "-v", "error", ...parameters], { stdio: ["ignore", "inherit", "inherit"] });
}
