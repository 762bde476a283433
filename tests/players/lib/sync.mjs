// What decoded frames amount to: periods between splices, and how far sound and picture are apart. Pure.

/**
 * Frames as periods of continuous timestamps: `{ run, start, end, first, count }`, times in s. `step` is a frame's
 * length, `runs` what was served (served.mjs), which gives each period the number of its run.
 */
export function periods(frames, step, runs) {
  const found = [];
  frames.forEach(({ time }, index) => {
    const spliced = index === 0 || Math.abs(time - frames[index - 1].time - step) > SPLICE;
    if (spliced) found.push({ run: runs[found.length]?.number, start: time, first: index, count: 0 });
    const period = found.at(-1);
    period.count += 1;
    period.end = time + step;
  });
  return found;
}

// ffmpeg notes an audio frame's time up to a few frames off at the start of a stream.
const SPLICE = 0.1;

/** When the mark turned white, as `{ run, time }`; it is white for two frames a second. */
export function flashes(frames, periods_) {
  return periods_.flatMap(({ run, first, count }) =>
    frames
      .slice(first, first + count)
      .filter(({ value }, index, shown) => value >= WHITE && (index === 0 || shown[index - 1].value < WHITE))
      .map(({ time }) => ({ run, time })),
  );
}

const WHITE = 190;

/** When the tick began, as `{ run, time }`, counted in samples from the period's start. */
export function ticks(samples, periods_, { rate, perFrame }) {
  return periods_.flatMap(({ run, first, count, start }) => {
    const found = [];
    for (let at = first * perFrame; at < (first + count) * perFrame; at++) {
      const time = start + (at - first * perFrame) / rate;
      if (Math.abs(samples[at] - samples[at - 1]) >= STEEP && time - (found.at(-1)?.time ?? -1) > BETWEEN_TICKS) found.push({ run, time });
    }
    return found;
  });
}

// From one sample to the next: the ticks reach 0.039 and more, everything else stays below 0.013.
const STEEP = 0.025 * 32768;
const BETWEEN_TICKS = 0.5;

/** For every flash, how much later its tick comes (s): `{ run, time, late }`; without one `late` is undefined. */
export function lateness(flashes_, ticks_) {
  return flashes_.map(({ run, time }) => {
    const near = ticks_.filter((tick) => tick.run === run).map((tick) => tick.time - time);
    const late = near.sort((one, other) => Math.abs(one) - Math.abs(other))[0];
    return { run, time, late: Math.abs(late) < BETWEEN_TICKS ? late : undefined };
  });
}
