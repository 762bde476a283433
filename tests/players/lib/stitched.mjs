// A stitched channel made by hand from the demo's media: half a minute of programme, half a minute of ads, without
// end. It stands in for Midroll where a judge is tried.
import { between, RENDITIONS, segments } from "./media.mjs";

const WINDOW = 40;
const TARGET_DURATION = { v: 5, a: 6 };
// As the first ad of every second break, one that faults may strike without touching the others.
const PIECES = [
  { presentation: "programme", from: 0, to: 30 },
  { presentation: "ads/aurora-coffee" },
  { presentation: "ads/fjord-bikes" },
  { presentation: "programme", from: 60, to: 90 },
  { presentation: "ads/lumen-lamps" },
  { presentation: "ads/tidal-travel" },
];

const piece = ({ presentation, from, to }, rendition) =>
  from === undefined ? segments(presentation, rendition) : between(presentation, rendition, from, to);

/** One round of the channel (2 minutes) in one rendition; `splice` marks each piece's first segment. */
const round = (rendition) =>
  PIECES.flatMap((of) => piece(of, rendition).map((segment, index) => ({ ...segment, splice: index === 0 })));

const rounds = Object.fromEntries(RENDITIONS.map((rendition) => [rendition, round(rendition)]));

/** The first segments of the channel that end by `elapsed` seconds, each with its start and numbers. */
function upTo(rendition, elapsed) {
  const listed = [];
  let [start, splices] = [0, 0];
  for (let sequence = 0; ; sequence += 1) {
    const segment = rounds[rendition][sequence % rounds[rendition].length];
    if (start + segment.seconds > elapsed + 0.1) return listed;
    splices += segment.splice ? 1 : 0;
    listed.push({ ...segment, sequence, start, splices });
    start += segment.seconds;
  }
}

const entry = (epoch) => ({ splice, sequence, start, extinf, path }) =>
  [
    ...(splice && sequence > 0 ? ["#EXT-X-DISCONTINUITY"] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(epoch + start * 1000).toISOString()}`,
    `#EXTINF:${extinf},`,
    `segments/${path}`,
  ].join("\n");

/** A media playlist: a sliding window at `now` (ms), or the first `vod` seconds as a whole. */
export function mediaPlaylist(rendition, { epoch, now, vod }) {
  const elapsed = vod ?? (now - epoch) / 1000;
  const all = upTo(rendition, elapsed);
  const listed = vod ? all : all.filter(({ start }) => start > elapsed - WINDOW);
  const [first] = listed;
  const before = first.splices - (first.splice && first.sequence > 0 ? 1 : 0);
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${TARGET_DURATION[rendition[0]]}`,
    `#EXT-X-MEDIA-SEQUENCE:${first.sequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${before}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...listed.map(entry(epoch)),
    ...(vod ? ["#EXT-X-ENDLIST"] : []),
    "",
  ].join("\n");
}
