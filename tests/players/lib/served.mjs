// What a session was served, read from its playlists as they went over the wire.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The segments of one playlist text: `{ sequence, run, url, seconds, date, map }`; `run` is the discontinuity number,
 * `date` in ms where the segment has one, `map` the address of its initialisation.
 */
export function segments(text, base) {
  const number = (tag) => Number(new RegExp(`#EXT-X-${tag}:(\\d+)`).exec(text)?.[1] ?? 0);
  let [sequence, run, seconds] = [number("MEDIA-SEQUENCE"), number("DISCONTINUITY-SEQUENCE"), 0];
  let [date, map] = [];
  const listed = [];
  for (const line of text.split("\n")) {
    if (line === "#EXT-X-DISCONTINUITY") run += 1;
    else if (line.startsWith("#EXTINF:")) seconds = parseFloat(line.slice(8));
    else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) date = Date.parse(line.slice(25));
    else if (line.startsWith("#EXT-X-MAP:")) map = new URL(/URI="([^"]+)"/.exec(line)[1], base).href;
    else if (line && !line.startsWith("#")) {
      listed.push({ sequence: sequence++, run, url: new URL(line, base).href, seconds, date, map });
      date = undefined;
    }
  }
  return listed;
}

/**
 * All that a rendition's playlist has ever listed, from the first segment that was asked for on, as runs between
 * discontinuities: `{ number, date, seconds, creative, break, asked, missed }`. `creative` is the ad's name, `break` its id,
 * both undefined in the programme; `asked` says whether the run was asked for as a whole, and its end was seen;
 * `missed` are the numbers of segments that were not, but for those that end before `since` (ms on the programme's clock):
 * Shaka may look into one before it chooses where to begin.
 * `rows` as in proxy.mjs; of several `playlists` between which a player may choose, any will do for a segment. What is
 * listed after the last segment asked for counts only if the playlists were `closed`.
 */
export function runs(rows, playlists, { closed = false, since = -Infinity } = {}) {
  const asked = new Map(rows.map((row) => [row.url, row]));
  const everListed = merged(playlists.map((playlist) => union(rows.filter(({ url, body }) => url === playlist && body))));
  const wasAsked = ({ urls }) => urls.some((url) => asked.has(url));
  const first = everListed.findIndex(wasAsked);
  const last = closed ? everListed.length : everListed.findLastIndex(wasAsked) + 1;
  const played = first < 0 ? [] : everListed.slice(first, last);
  return [...new Set(played.map(({ run }) => run))].map((number) => {
    const run = played.filter((segment) => segment.run === number);
    const answer = run[0].urls.map((url) => asked.get(url)).find(Boolean);
    const end = (at) => run[0].date + 1000 * run.slice(0, at + 1).reduce((sum, { seconds }) => sum + seconds, 0);
    const owed = (segment, at) => !wasAsked(segment) && !(end(at) <= since);
    return {
      number,
      date: run[0].date,
      seconds: run.reduce((sum, { seconds }) => sum + seconds, 0),
      creative: creative(answer),
      break: /\/ad\/([^/]+)\//.exec(run[0].urls[0])?.[1],
      asked: number !== everListed.at(-1).run && everListed.every((segment) => segment.run !== number || wasAsked(segment)),
      missed: run.filter(owed).map(({ sequence }) => sequence),
    };
  });
}

// A segment once listed stays what it was, so the first that was said of it counts; anything else is a fault.
function union(playlists) {
  const all = new Map();
  for (const { body, url } of playlists) {
    for (const segment of segments(body, url)) {
      const known = { ...(all.get(segment.sequence) ?? segment) };
      // A segment without a date gets one when it comes to the window's head.
      known.date ??= segment.date;
      segment.date ??= known.date;
      const [one, other] = [known, segment].map((of) => JSON.stringify(of));
      if (one !== other) throw new Error(`segment ${segment.sequence} of ${url} was another before: ${one}, ${other}`);
      all.set(segment.sequence, known);
    }
  }
  return all;
}

// The same segments in several renditions have the same numbers (rule A-100).
function merged(unions) {
  const all = new Map();
  for (const { url, ...segment } of unions.flatMap((one) => [...one.values()])) {
    const known = all.get(segment.sequence) ?? { ...segment, urls: [] };
    if (known.run !== segment.run) throw new Error(`segment ${segment.sequence} is in run ${known.run} and, of ${url}, in ${segment.run}`);
    all.set(segment.sequence, { ...known, urls: [...known.urls, url] });
  }
  return [...all.values()].sort((one, other) => one.sequence - other.sequence);
}

// Ads lie in `ads/NAME/`, or were made of a file; what else is redirected to is slate.
const creative = ({ url, location } = {}) =>
  /\/ads\/([^/]+)\//.exec(location ?? url)?.[1] ?? made.get(/\/creative\/([0-9a-f]{32})\//.exec(location)?.[1]) ?? (location && "slate");
const made = new Map();

/** Learns from the service's folder which file each conditioned creative was made of. */
export function learn(dataDir) {
  const folder = join(dataDir, "creatives/sources");
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const { source, key } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const [, creative] = /\/ads\/([^/]+)\.mp4$/.exec(source) ?? [];
    if (creative) made.set(key, creative);
  }
}

/** Of runs, those that are ads. */
export const ads = (all) => all.filter((run) => run.creative && run.creative !== "slate");

/** The session that a playlist's URL names. */
export const sessionOf = (playlist) => /\/v1\/manifest\/[^/]+\/([^/]+)/.exec(playlist)?.[1];

/** The URLs of a multivariant playlist: `{ video: [...], audio: [...], subtitles: [...] }`, the pictures as listed. */
export function renditions(text, base) {
  const uris = (pattern) => [...text.matchAll(pattern)].map(([, uri]) => new URL(uri, base).href);
  return {
    video: uris(/#EXT-X-STREAM-INF:.*\n([^#\n]+)/g),
    audio: uris(/#EXT-X-MEDIA:TYPE=AUDIO.*URI="([^"]+)"/g),
    subtitles: uris(/#EXT-X-MEDIA:TYPE=SUBTITLES.*URI="([^"]+)"/g),
  };
}
