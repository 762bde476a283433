// What a recording amounts to, beside what was served: figures, and everything that is wrong with it. Pure.
import { SAMPLE_RATE } from "./decode.mjs";
import { ads } from "./served.mjs";
import { flashes, lateness, periods, ticks } from "./sync.mjs";

const AAC_FRAME = 1024; // samples
/** How far sound and picture may be apart, in seconds. */
export const APART = 0.04;

/**
 * `{ figures, failures }`. `pictures` and `sound` are what decode.mjs gives, each with the `runs` of its playlist
 * (served.mjs); `fps` is the pictures' rate, and `fresh` says that every run had a decoder of its own.
 */
export function judge({ pictures, sound }, { fps, fresh = false }) {
  const failures = [];
  const count = (what, { frames, complaints, runs }, step) => {
    const found = periods(frames, step, runs);
    const [served, got] = [runs.map(({ seconds }) => Math.round(seconds / step)), found.map(({ count }) => count)];
    // What EXTINF says of sound is rounded to its frames.
    const tolerance = step === 1 / fps ? 0 : 1;
    const equal = served.length === got.length && served.every((count, at) => Math.abs(count - got[at]) <= tolerance);
    if (!equal) failures.push(`${what}: frames per run ${got}, served ${served}`);
    if (complaints.length > 0) failures.push(`${what}: ${complaints.length} complaints: ${complaints.slice(0, 3).join("; ")}`);
    return found;
  };
  const shown = count("pictures", pictures, 1 / fps);
  const heard = count("sound", sound, AAC_FRAME / SAMPLE_RATE);
  const seams = apart(shown, heard);
  const both = flashes(pictures.frames, shown).filter((flash) => isHeard(flash, heard, fresh));
  const marks = lateness(both, ticks(sound.samples, heard, { rate: SAMPLE_RATE, perFrame: AAC_FRAME }));
  failures.push(...judgeSync(seams, marks, pictures.frames.length / fps));
  const worst = (values) => Math.round(Math.max(...values.map(Math.abs)) * 10_000) / 10;
  const figures = {
    pictures: pictures.frames.length,
    soundFrames: sound.frames.length,
    splices: shown.length - 1,
    begins: pictures.runs[0].break,
    ads: ads(pictures.runs).map(({ creative }) => creative),
    marks: marks.length,
    worstMarkMs: worst(marks.map(({ late }) => late ?? Infinity)),
    worstSpliceMs: worst(seams),
  };
  return { figures, failures };
}

// At every splice that both went through, how much earlier the sound ends and begins than the picture.
function apart(shown, heard) {
  const sound = new Map(heard.map((period) => [period.run, period]));
  return shown.slice(1).flatMap(({ run, start }, before) => {
    const [ended, begun] = [sound.get(shown[before].run), sound.get(run)];
    return ended && begun ? [shown[before].end - ended.end, start - begun.start] : [];
  });
}

// Whether a mark's tick is in what was heard: sound is cut at its own frames, and the decoder's very first is faint.
function isHeard({ run, time }, heard, fresh) {
  const period = heard.find((one) => one.run === run);
  const [after, before] = [fresh || period === heard[0] ? 0.1 : 0, period === heard.at(-1) ? 0.1 : -APART];
  return period && period.start + after <= time && time <= period.end - before;
}

function judgeSync(seams, marks, seconds) {
  const failures = [];
  const say = (wrong, text) => wrong && failures.push(text);
  say(seams.length === 0, "no splice was played");
  const gaps = seams.map((gap) => gap.toFixed(3));
  say(!seams.every((gap) => Math.abs(gap) <= APART), `sound and picture are apart at the splices by ${gaps} s`);
  // One a second, but none in the slate.
  say(marks.length < seconds / 2, `only ${marks.length} marks were seen in ${seconds.toFixed(0)} s`);
  for (const { run, time, late } of marks) {
    say(!(Math.abs(late) <= APART), `run ${run}: the mark at ${time.toFixed(2)} s sounds ${late?.toFixed(3)} s late`);
  }
  return failures;
}
