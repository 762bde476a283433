// What a watched playback amounts to: figures, and everything that is wrong with it. Pure.

/** The limits, in seconds of wall or media time. */
export const LIMITS = {
  stall: 0.5,
  // A picture that stands while the clock runs on.
  picture: 0.5,
  jump: 0.5,
  // How far the media clock may be ahead of the wall clock, and behind it within any ten seconds. Without a sound device
  // Chromium times audio by a thread that loses a moment whenever the machine is busy, so behind is allowed more.
  ahead: 0.5,
  behind: 0.75,
  // Over the whole, as a share of its time.
  slow: 0.02,
  startUp: 10,
};

/** `{ figures, failures }` of a report of `watch.js`. */
export function judge(report, limits = LIMITS) {
  const { clock, pictures, sights, errors = [] } = report;
  if (!clock.first) return { figures: { played: 0 }, failures: ["nothing was played"] };
  const figures = {
    startUp: round(clock.first.wall),
    played: round(clock.last.media - clock.first.media),
    wall: round(clock.wall - clock.first.wall),
    stalls: clock.stalls.length,
    stalledSeconds: round(sum(clock.stalls.map(({ seconds }) => seconds))),
    longestStall: round(Math.max(0, ...clock.stalls.map(({ seconds }) => seconds))),
    jumps: clock.jumps.map(({ from, seconds }) => ({ from: round(from), seconds: round(seconds) })),
    drift: round(driftOver(clock)),
    worstDrift: round(worstDrift(sights)),
    pausedSeconds: round(clock.pausedSeconds),
    longestPicture: round(Math.max(0, ...stood(report).map(({ seconds }) => seconds))),
    presented: pictures.presented,
    decoded: pictures.decoded,
    dropped: pictures.dropped,
    errors: errors.length,
  };
  return { figures, failures: failures({ clock, errors, stood: stood(report) }, figures, limits) };
}

function failures({ clock, errors, stood }, figures, limits) {
  const found = [];
  const say = (wrong, text) => wrong && found.push(text);
  for (const { media, seconds } of clock.stalls) {
    say(seconds > limits.stall, `stalled ${seconds.toFixed(2)} s at ${media.toFixed(2)} (limit ${limits.stall} s)`);
  }
  for (const { from, to, seconds } of clock.jumps) {
    say(Math.abs(seconds) > limits.jump, `jumped from ${from.toFixed(2)} to ${to.toFixed(2)} (limit ${limits.jump} s)`);
  }
  for (const { fatal, what, detail, media } of errors) say(fatal, `fatal error at ${media.toFixed(2)}: ${what} ${detail ?? ""}`);
  for (const { media, seconds } of stood) {
    say(seconds > limits.picture, `one picture stood ${seconds.toFixed(2)} s until ${media.toFixed(2)} (limit ${limits.picture} s)`);
  }
  const { drift, worstDrift, played, wall } = figures;
  say(drift > limits.ahead || -drift > limits.ahead + limits.slow * wall, `the media clock went ${played} s in ${wall} s`);
  say(worstDrift > limits.ahead || -worstDrift > limits.behind, `the media clock was ${worstDrift} s off within ten seconds`);
  say(figures.startUp > limits.startUp, `took ${figures.startUp} s to start (limit ${limits.startUp} s)`);
  return found;
}

/**
 * The pictures that stood, but for those that hls.js lets stand on any stream: told to switch at once, it shows nothing
 * more of the segment that is being shown, whose sound goes on.
 */
export const stood = (report) => report.pictures.stood.filter((stand) => !isOfSwitch(stand, report));

/** Whether a standing picture is one of those. */
export function isOfSwitch({ wall, media, seconds }, { player, notes, fragments }) {
  const began = notes.some((note) => note.what === "switch" && Math.abs(note.wall - (wall - seconds)) < 0.3);
  return player === "hlsjs" && began && fragments.some((fragment) => Math.abs(fragment.media - media) < 0.05);
}

const driftOver = ({ first, last, wall }) => last.media - first.media - (wall - first.wall);

// The largest difference between media and wall time over any stretch of ten seconds.
function worstDrift(sights) {
  let worst = 0;
  let back = 0;
  for (const sight of sights) {
    while (sight.wall - sights[back].wall > 10) back += 1;
    const drift = sight.media - sights[back].media - (sight.wall - sights[back].wall);
    if (Math.abs(drift) > Math.abs(worst)) worst = drift;
  }
  return worst;
}

/** How far apart two colours are, 0 to 441. */
export const distance = (a, b) => Math.hypot(...a.map((channel, index) => channel - b[index]));

/**
 * Where the picture as a whole changed colour for good: `{ wall, media, distance }`. It looks half a second to
 * either side, so that something that flashes is no splice.
 */
export function cuts(sights, least = 40) {
  const found = [];
  for (let index = 5; index < sights.length - 5; index++) {
    const change = distance(sights[index - 1].colour, sights[index].colour);
    const stays = distance(sights[index - 5].colour, sights[index + 4].colour);
    if (change >= least / 2 && stays >= least) found.push({ wall: sights[index].wall, media: sights[index].media, distance: Math.round(stays) });
  }
  return found;
}

/** How far apart two tiny pictures are: 0 the same, 255 the opposite. */
export function difference(one, other) {
  const [a, b] = [one, other].map((sight) => Buffer.from(sight.luma, "base64"));
  const luma = sum([...a].map((value, index) => Math.abs(value - b[index]))) / a.length;
  return Math.max(luma, distance(one.colour, other.colour));
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const round = (value) => Math.round(value * 1000) / 1000;
