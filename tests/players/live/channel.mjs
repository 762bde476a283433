// Makes a channel of what an encoder writes: sliding playlists with dates and cues, as nginx then serves them.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stitched } from "./control.mjs";
import { tick } from "./clock.mjs";
import { BREAKS, SEGMENT, multivariant, renditions } from "./kinds.mjs";
import { initialisation } from "./mp4.mjs";
import { spliceInsert } from "./scte35.mjs";
import { imsc, webvtt } from "./subtitles.mjs";

/** How much of it playlists list, in seconds. */
export const WINDOW = 40;
const LOOK_EVERY_MS = 200;

/** Publishes what is written in `directory/raw` into `directory`, until the function it gives is called. */
export function publish(kind, directory) {
  writeFileSync(join(directory, "main.m3u8"), multivariant(kind));
  writeFileSync(join(directory, "control/main.m3u8"), multivariant({ ...kind, subtitles: undefined }));
  if (kind.subtitles?.codec) writeFileSync(join(directory, `raw/${kind.subtitles.name}-init.mp4`), initialisation("eng"));
  let epoch;
  const look = () => {
    for (const name of renditions(kind)) {
      const listed = written(join(directory, "raw", `${name}.m3u8`));
      if (listed.length === 0) continue;
      epoch ??= Date.now() - SEGMENT * 1000;
      replace(join(directory, `${name}.m3u8`), playlist(kind, listed, epoch));
      replace(join(directory, "control", `${name}.m3u8`), stitched(kind, name, listed, { epoch, directory }));
      if (kind.subtitles && name === "v0") subtitle(kind, directory, listed, epoch);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** What ffmpeg has listed so far: `{ number, start, seconds, uri, before }`; `before` are tags that go before all. */
export function written(file) {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const before = text.match(/^#EXT-X-(KEY|MAP):.*$/gm)?.map((tag) => tag.replace('URI="', 'URI="raw/')) ?? [];
  let start = 0;
  return [...text.matchAll(/#EXTINF:([\d.]+),\n([^#\n]+)/g)].map(([, seconds, uri], number) => {
    const segment = { number, start, seconds: Number(seconds), uri: `raw/${uri}`, before };
    start += segment.seconds;
    return segment;
  });
}

function playlist(kind, listed, epoch) {
  const { start, seconds } = listed.at(-1);
  const window = listed.filter((segment) => segment.start >= start + seconds - WINDOW);
  const entry = (segment) => [
    `#EXT-X-PROGRAM-DATE-TIME:${date(epoch, segment.start)}`,
    ...cues(kind, segment, epoch),
    `#EXTINF:${segment.seconds.toFixed(6)},`,
    segment.uri,
  ];
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${Math.max(...listed.map((segment) => Math.round(segment.seconds)))}`,
    `#EXT-X-MEDIA-SEQUENCE:${window[0].number}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...window[0].before,
    ...window.flatMap(entry),
    "",
  ].join("\n");
}

/** The tags of the segment's cue; even breaks are told by CUE-OUT and OATCLS, odd ones by DATERANGE. */
function cues(kind, { start, seconds }, epoch) {
  const { length, returns = length } = kind.breaks ?? BREAKS;
  const [on, before] = [breakAt(kind, start + seconds / 2), breakAt(kind, start - seconds / 2)];
  const which = on ?? before;
  if (!which) return [];
  const out = spliceInsert(which.id, tick(kind, which.start), length);
  const back = spliceInsert(which.id, tick(kind, which.start + returns));
  if (which.id % 2 === 0) {
    const [message, elapsed] = [out.toString("base64"), Math.round(start - which.start)];
    if (!on) return ["#EXT-X-CUE-IN"];
    if (before) return [`#EXT-X-CUE-OUT-CONT:ElapsedTime=${elapsed},Duration=${length},SCTE35=${message}`];
    return [`#EXT-OATCLS-SCTE35:${message}`, `#EXT-X-CUE-OUT:${length}`];
  }
  const range = `#EXT-X-DATERANGE:ID="break-${which.id}",START-DATE="${date(epoch, which.start)}"`;
  if (on) return before ? [] : [`${range},PLANNED-DURATION=${length},SCTE35-OUT=0x${out.toString("hex")}`];
  return [`${range},DURATION=${returns},SCTE35-IN=0x${back.toString("hex")}`];
}

/** The break at that time of the encoder's: `{ id, start }`. */
export function breakAt(kind, time) {
  const { first, length, cycle, returns = length } = kind.breaks ?? BREAKS;
  const number = Math.floor((time - first) / cycle);
  const start = first + number * cycle;
  return number >= 0 && time < start + returns ? { id: 100 + number, start } : null;
}

function subtitle(kind, directory, listed, epoch) {
  const { name, codec } = kind.subtitles;
  const [extension, write] = codec ? ["m4s", imsc] : ["vtt", (segment) => webvtt(segment, tick(kind, segment.start))];
  const before = codec ? [`#EXT-X-MAP:URI="raw/${name}-init.mp4"`] : [];
  const segments = listed.map((segment) => ({ ...segment, before, uri: `raw/${name}-${segment.number}.${extension}` }));
  const fresh = segments.filter(({ uri }) => !existsSync(join(directory, uri)));
  for (const segment of fresh) replace(join(directory, segment.uri), write(segment));
  replace(join(directory, `${name}.m3u8`), playlist(kind, segments, epoch));
}

export const date = (epoch, seconds) => new Date(epoch + Math.round(seconds * 1000)).toISOString();

// So that nginx never serves half a file.
function replace(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
