// The same channel with its ads stitched in by hand and without Midroll, for everyone alike: what a player does here
// too is the player's own doing.
import { join } from "node:path";
import { CREATIVES, SETS, SLATE } from "./adserver.mjs";
import { breakAt, date, written } from "./channel.mjs";
import { BREAKS } from "./kinds.mjs";

const WINDOW = 40; // seconds

/** The playlist of the rendition `name`, of which the encoder has written `listed` into `directory`. */
export function stitched(kind, name, listed, { epoch, directory }) {
  const { start, seconds } = listed.at(-1);
  const edge = start + seconds;
  const all = entries(kind, name, listed, directory).filter((entry) => entry.start + entry.seconds <= edge + 0.1);
  const from = Math.max(0, all.findIndex((entry) => entry.start >= edge - WINDOW));
  const turns = all.slice(0, from + 1).filter(({ turn }) => turn).length - (all[from].turn ? 1 : 0);
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${Math.max(...listed.map((segment) => Math.round(segment.seconds)))}`,
    `#EXT-X-MEDIA-SEQUENCE:${from}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${turns}`,
    ...all.slice(from).flatMap((entry) => [
      ...(entry.turn ? ["#EXT-X-DISCONTINUITY"] : []),
      ...entry.before,
      `#EXT-X-PROGRAM-DATE-TIME:${date(epoch, entry.start)}`,
      `#EXTINF:${entry.seconds.toFixed(6)},`,
      entry.uri,
    ]),
    "",
  ].join("\n");
}

/** All that was ever listed, the breaks' segments replaced: `{ start, seconds, uri, before, turn }`. */
function entries(kind, name, listed, directory) {
  let last = null;
  return listed.flatMap(({ number, start, seconds, uri, before }) => {
    const which = breakAt(kind, start + seconds / 2);
    const again = which && which.id === last?.id;
    const turn = which === null && last !== null;
    last = which;
    if (which) return again ? [] : pod(kind, name, which, directory);
    const tags = before.map((tag) => tag.replace("raw/", "../raw/"));
    return [{ start, seconds, uri: `../${uri}`, before: tags.map((tag) => withVector(tag, number)), turn }];
  });
}

/** The ads of one break and the slate behind them, as far as they fit. */
function pod(kind, name, { id, start }, directory) {
  const { length: told, returns: length = told } = kind.breaks ?? BREAKS;
  const slate = Array(Math.ceil(length / SLATE.length)).fill(SLATE);
  const ads = SETS.main[id % 2].map((ad) => CREATIVES.find((one) => one.name === ad));
  let next = start;
  return [...ads, ...slate].flatMap((ad) =>
    written(join(directory, "../ads", ad.name, `${name}.m3u8`))
      .map((segment, index) => {
        const begins = next;
        next += segment.seconds;
        const uri = segment.uri.replace("raw/", `../../ads/${ad.name}/`);
        const before = [...(kind.encrypted ? ["#EXT-X-KEY:METHOD=NONE"] : []), ...segment.before].map((tag) => tag.replace("raw/", `../../ads/${ad.name}/`));
        return { start: begins, seconds: segment.seconds, uri, before, turn: index === 0 };
      })
      .filter((entry) => entry.start + entry.seconds <= start + length + 0.1),
  );
}

// A key's initialisation vector was the segment's number, which is another here.
const withVector = (tag, number) =>
  tag.startsWith("#EXT-X-KEY") ? `${tag},IV=0x${number.toString(16).padStart(32, "0")}` : tag;
