// Makes a channel of what an encoder writes: sliding playlists with dates and cues, as nginx then serves them.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SEGMENT, multivariant, renditions } from "./kinds.mjs";
import { spliceInsert } from "./scte35.mjs";
import { webvtt } from "./subtitles.mjs";

const WINDOW = 40; // seconds
const LOOK_EVERY_MS = 200;
/** Breaks: the first one's begin, each one's length and the time from begin to begin, in seconds of the encoder's. */
export const BREAKS = { first: 40, length: 28, cycle: 60 };
/** The first timestamp of ffmpeg's transport streams, in 90 kHz ticks; fragments begin at 0. */
export const firstTick = ({ extension }) => (extension === "ts" ? 126_000 : 0);

/** Publishes what is written in `directory/raw` into `directory`, until the function it gives is called. */
export function publish(kind, directory) {
  writeFileSync(join(directory, "main.m3u8"), multivariant(kind));
  let epoch;
  const look = () => {
    for (const name of renditions(kind)) {
      const listed = written(join(directory, "raw", `${name}.m3u8`));
      if (listed.length === 0) continue;
      epoch ??= Date.now() - SEGMENT * 1000;
      replace(join(directory, `${name}.m3u8`), playlist(kind, listed, epoch));
      if (kind.subtitles && name === "v0") subtitle(kind, directory, listed, epoch);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** What ffmpeg has listed so far: `{ number, start, seconds, uri, before }`; `before` are tags that go before all. */
function written(file) {
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
    `#EXT-X-TARGETDURATION:${SEGMENT}`,
    `#EXT-X-MEDIA-SEQUENCE:${window[0].number}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...window[0].before,
    ...window.flatMap(entry),
    "",
  ].join("\n");
}

/** The tags of the segment's cue; even breaks are told by CUE-OUT and OATCLS, odd ones by DATERANGE. */
function cues(kind, { start, seconds }, epoch) {
  const middle = start + seconds / 2;
  const [on, before] = [breakAt(middle), breakAt(middle - SEGMENT)];
  const which = on ?? before;
  if (!which) return [];
  const pts = (time) => firstTick(kind) + time * 90_000;
  const out = spliceInsert(which.id, pts(which.start), BREAKS.length);
  const back = spliceInsert(which.id, pts(which.start + BREAKS.length));
  if (which.id % 2 === 0) {
    const [message, elapsed] = [out.toString("base64"), Math.round(start - which.start)];
    if (!on) return ["#EXT-X-CUE-IN"];
    if (before) return [`#EXT-X-CUE-OUT-CONT:ElapsedTime=${elapsed},Duration=${BREAKS.length},SCTE35=${message}`];
    return [`#EXT-OATCLS-SCTE35:${message}`, `#EXT-X-CUE-OUT:${BREAKS.length}`];
  }
  const range = `#EXT-X-DATERANGE:ID="break-${which.id}",START-DATE="${date(epoch, which.start)}"`;
  if (on) return before ? [] : [`${range},PLANNED-DURATION=${BREAKS.length},SCTE35-OUT=0x${out.toString("hex")}`];
  return [`${range},DURATION=${BREAKS.length},SCTE35-IN=0x${back.toString("hex")}`];
}

function breakAt(time) {
  const number = Math.floor((time - BREAKS.first) / BREAKS.cycle);
  const start = BREAKS.first + number * BREAKS.cycle;
  return number >= 0 && time < start + BREAKS.length ? { id: 100 + number, start } : null;
}

function subtitle(kind, directory, listed, epoch) {
  const segments = listed.map((segment) => ({ ...segment, before: [], uri: `raw/${kind.subtitles.name}-${segment.number}.vtt` }));
  const fresh = segments.filter(({ uri }) => !existsSync(join(directory, uri)));
  for (const segment of fresh) replace(join(directory, segment.uri), webvtt(segment, firstTick(kind)));
  replace(join(directory, `${kind.subtitles.name}.m3u8`), playlist(kind, segments, epoch));
}

const date = (epoch, seconds) => new Date(epoch + Math.round(seconds * 1000)).toISOString();

// So that nginx never serves half a file.
function replace(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
