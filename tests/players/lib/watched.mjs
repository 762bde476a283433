// What a browser showed, beside what its session was served.
import { settled } from "./beacons.mjs";
import { isOfSwitch } from "./verdict.mjs";
import { ads, renditions, runs, sessionOf } from "./served.mjs";

// Of the page's clock against the pictures' count: the first and last moments.
const FRAMES_SLACK = 0.02;
const FEW_FRAMES = 13;
// What may be decoded once more when the picture is switched, in seconds.
const SEGMENT = 4;
// A splice this near the first or last moment may be on either side of it, in ms.
const EDGE = 1500;

// A player has come to rest where it begins, in seconds.
const SETTLED = 1;

// Subtitles come once a second in the programme; what is listed at the end is not yet played.
const TEXTS = { share: 0.9, unplayed: 20 };

/**
 * `{ figures, failures }` of a report of the page with its wire, the colour changes seen, the pictures' rate, and whether
 * there are subtitles to be seen and the picture was `switched` for another one now and then.
 */
export function judge(report, cuts, { fps, subtitles, switched }) {
  const { clock, pictures, sights, date, wire, errors, notes } = report;
  const end = date;
  const begin = end - (clock.last.media - clock.first.media) * 1000;
  const { all } = servedTo(wire.rows, begin);
  const inside = (run) => run.date > begin + EDGE && run.date < end - EDGE;
  // Slate after slate looks alike.
  const turns = all.slice(1).filter(({ creative }, at) => !creative || creative !== all[at].creative);
  const spliced = turns.filter(inside).length;
  const atEdge = turns.filter((run) => !inside(run) && run.date > begin - EDGE && run.date < end + EDGE).length;
  const served = Math.round((clock.last.media - clock.first.media) * fps);
  const failures = [];
  const say = (wrong, text) => wrong && failures.push(text);
  say(spliced === 0, "no splice was played");
  say(cuts.length < spliced || cuts.length > spliced + atEdge, `${spliced} splices were served, ${cuts.length} seen`);
  const few = FEW_FRAMES + FRAMES_SLACK * served;
  const switches = notes.filter(({ what }) => what === "switch");
  const skipped = pictures.stood.filter((stand) => isOfSwitch(stand, report)).reduce((sum, { seconds }) => sum + seconds * fps, 0);
  const fewestPictures = served - skipped - few;
  const most = served + switches.length * SEGMENT * fps + few;
  say(pictures.decoded < fewestPictures || pictures.decoded > most, `${pictures.decoded} pictures were decoded, ${served} served`);
  for (const run of all) say(run.missed.length > 0, `of run ${run.number} the segments ${run.missed} were not asked for`);
  // Also those that a player gets over by itself.
  for (const { what, detail, media } of errors) say(true, `error at ${media.toFixed(2)}: ${what} ${detail ?? ""}`);
  const texts = new Set(sights.map(({ text }) => text).filter(Boolean)).size;
  const programme = all.filter((run) => !run.break).reduce((sum, { seconds }) => sum + seconds, 0);
  const fewest = TEXTS.share * (programme - TEXTS.unplayed);
  say(subtitles && texts < fewest, `only ${texts} subtitles were seen in ${programme.toFixed(0)} s of programme`);
  const lags = cuts.map(({ wall }) => toneLag(sights, wall)).filter((lag) => lag !== undefined);
  for (const lag of lags) say(Math.abs(lag) > TONE_LAG, `sound followed the picture ${lag.toFixed(2)} s after a splice`);
  const dated = switches.map(({ media }) => end - (clock.last.media - media) * 1000);
  const inAds = dated.filter((at) => all.some((run) => run.creative && run.date <= at && at < run.date + run.seconds * 1000));
  const heights = sights.map(({ height }) => height);
  const changes = heights.filter((height, at) => at > 0 && height !== heights[at - 1]).length;
  say(switched && inAds.length === 0, "no picture was switched in an ad");
  say(switched && changes < dated.length - 1, `of ${dated.length} switches ${changes} were seen`);
  const figures = {
    begins: all[0]?.break,
    firstColour: sights.find(({ media }) => media >= clock.first.media + SETTLED)?.colour,
    spliced,
    falseAlarms: notes.filter(({ what }) => what === "false alarm").length,
    ...(switched && { switches: dated.length, inAds: inAds.length, changes }),
    cuts: cuts.length,
    toneLags: lags.map((lag) => Math.round(lag * 100) / 100),
    served,
    ads: ads(all).map(({ creative }) => creative),
    tones: often(sights.map(({ hertz }) => hertz)),
    texts,
  };
  return { figures, failures };
}

// How long after a cut the strongest tone became another, where there was one before and another after: sights are
// 0.1 s apart and a spectrum is of 0.085 s.
function toneLag(sights, wall) {
  const near = sights.filter((sight) => sight.hertz && Math.abs(sight.wall - wall) < 1.5);
  const before = steady(near.filter((sight) => sight.wall < wall - 0.5));
  const after = steady(near.filter((sight) => sight.wall > wall + 0.5));
  if (!before || !after || Math.abs(before - after) < 2 * TONE) return undefined;
  return near.find(({ hertz }) => Math.abs(hertz - after) < TONE).wall - wall;
}

const TONE = 15; // Hz
const TONE_LAG = 0.3; // seconds

// The tone of nearly all sights, a tick now and then excepted.
function steady(sights) {
  const tones = sights.map(({ hertz }) => hertz).sort((one, other) => one - other);
  const median = tones[tones.length >> 1];
  return tones.filter((tone) => Math.abs(tone - median) < TONE).length >= 0.7 * tones.length ? median : undefined;
}

// The tones that were heard for at least two seconds.
function often(tones) {
  const counts = new Map();
  for (const tone of tones.filter(Boolean)) counts.set(tone, (counts.get(tone) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 20).map(([tone]) => tone).sort((one, other) => one - other);
}

/** The beacons of the session that `rows` are of. */
export async function beaconed(rows, where) {
  const { session, all } = servedTo(rows);
  return settled(ads(all), session, where);
}

function servedTo(rows, since) {
  const main = rows.find(({ body }) => body?.includes("#EXT-X-STREAM-INF"));
  const { video } = renditions(main.body, main.url);
  return { session: sessionOf(video[0]), all: runs(rows, video, { since }) };
}
