// The 33-bit clock of transport streams, in 90 kHz ticks.

/** How many ticks it has. */
export const TICKS = 2 ** 33;
/** The first timestamp that ffmpeg gives a transport stream. */
export const FIRST_TICK = 126_000;

/** The timestamp of a channel's media `seconds` after its start; fragments begin at 0. */
export function tick({ extension, wraps }, seconds) {
  if (extension !== "ts") return Math.round(seconds * 90_000);
  const first = wraps ? TICKS - wraps.channel * 90_000 : FIRST_TICK;
  return Math.round(first + seconds * 90_000) % TICKS;
}
