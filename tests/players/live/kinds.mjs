// The kinds of stream that a channel and its creatives come in.

export const FPS = 25;
export const SEGMENT = 4; // seconds, of all renditions
/** Pictures, the best first: everything of one kind has the same, so that any ad suits any channel. */
export const RUNGS = [
  { name: "v0", size: "640x360", level: "3.0", codec: "avc1.64001e", bits: 600_000 },
  { name: "v1", size: "320x180", level: "1.3", codec: "avc1.64000d", bits: 200_000 },
];
const SOUNDS = {
  en: { name: "a0", language: "en", label: "English" },
  de: { name: "a1", language: "de", label: "Deutsch" },
};
const SBR = { aac: 5, channels: 1, bits: 32_000 };
const PARAMETRIC = { aac: 29, channels: 2, bits: 32_000 };
const SOUND_BITS = 64_000;
const SUBTITLES = { name: "s0", language: "en", label: "English" };
/** Breaks: the first one's begin, each one's length as it is told and the time from begin to begin, in seconds of the encoder's. */
export const BREAKS = { first: 40, length: 28, cycle: 60 };

/**
 * By name. Debian's ffmpeg plays no change of initialisation right, and takes a splice near a wrap of the clock for the
 * wrap, so those recordings are decoded `byRun`.
 * `breaks` that are over before they were said to be have a `returns`; `wraps` says how long into the channel and into
 * the first ad the 33-bit clock of their media begins anew; `soundSegment` is the sound's own length of segments;
 * With `preRoll` viewers begin with ads, once the channel is as old as its window is long;
 * `switchEvery` makes browsers change to the other picture, all in seconds. Of `files` the ads are MP4 of foreign shapes (shapes.mjs), made to
 * match beforehand. A sound that is `encoded` is made by he-aac/ and not by ffmpeg: what `aac` it is, in how many channels.
 */
export const KINDS = {
  ts: { extension: "ts", sounds: [SOUNDS.en] },
  muxed: { extension: "ts", sounds: [SOUNDS.en], muxed: true },
  cmaf: { extension: "m4s", sounds: [SOUNDS.en], byRun: true },
  aes: { extension: "ts", sounds: [SOUNDS.en], encrypted: true },
  languages: { extension: "ts", sounds: [SOUNDS.en, SOUNDS.de], subtitles: SUBTITLES },
  early: { extension: "ts", sounds: [SOUNDS.en], breaks: { ...BREAKS, returns: 20 } },
  switching: { extension: "ts", sounds: [SOUNDS.en], switchEvery: 9 },
  "switching-cmaf": { extension: "m4s", sounds: [SOUNDS.en], byRun: true, switchEvery: 9 },
  wrap: { extension: "ts", sounds: [SOUNDS.en], byRun: true, subtitles: SUBTITLES, wraps: { channel: BREAKS.first + 14, ad: 6 } },
  "wrap-before": { extension: "ts", sounds: [SOUNDS.en], byRun: true, subtitles: SUBTITLES, wraps: { channel: BREAKS.first - 2 } },
  grids: { extension: "ts", sounds: [SOUNDS.en], soundSegment: 6, breaks: { first: 36, length: 36, cycle: 60 } },
  "pre-roll": { extension: "ts", sounds: [SOUNDS.en], soundSegment: 6, breaks: { first: 36, length: 36, cycle: 60 }, preRoll: true },
  files: { extension: "ts", sounds: [SOUNDS.en], files: true },
  "files-cmaf": { extension: "m4s", sounds: [SOUNDS.en], byRun: true, files: true },
  "he-aac": { extension: "ts", sounds: [{ ...SOUNDS.en, encoded: SBR }], byRun: true, files: true },
  "he-aac-cmaf": { extension: "m4s", sounds: [{ ...SOUNDS.en, encoded: SBR }], byRun: true, files: true },
  "he-aac-v2": { extension: "ts", sounds: [{ ...SOUNDS.en, encoded: PARAMETRIC }], byRun: true, files: true },
  gaps: { extension: "m4s", sounds: [SOUNDS.en], byRun: true, subtitles: { ...SUBTITLES, codec: "stpp.ttml.im1t" } },
};

/** The names of a kind's renditions that ffmpeg makes. */
export const renditions = ({ sounds, muxed }) => [...RUNGS, ...(muxed ? [] : sounds)].map(({ name }) => name);

/** The multivariant playlist of a channel, or of a creative, which has no subtitles. */
export function multivariant({ sounds, subtitles, muxed }) {
  const groups = [...(muxed ? [] : ['AUDIO="sound"']), ...(subtitles ? ['SUBTITLES="text"'] : [])];
  const media = ({ name, language, label }, index, type, group) =>
    `#EXT-X-MEDIA:TYPE=${type},GROUP-ID="${group}",NAME="${label}",LANGUAGE="${language}",` +
    `DEFAULT=${index === 0 ? "YES" : "NO"},AUTOSELECT=YES,URI="${name}.m3u8"`;
  const variant = ({ name, size, codec, bits }) => {
    const codecs = [codec, `mp4a.40.${sounds[0].encoded?.aac ?? 2}`, ...(subtitles?.codec ? [subtitles.codec] : [])];
    const what = [`BANDWIDTH=${bits + SOUND_BITS}`, `CODECS="${codecs}"`, `RESOLUTION=${size}`, `FRAME-RATE=${FPS}.000`, ...groups];
    return `#EXT-X-STREAM-INF:${what.join(",")}\n${name}.m3u8`;
  };
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...(muxed ? [] : sounds).map((sound, index) => media(sound, index, "AUDIO", "sound")),
    ...(subtitles ? [media(subtitles, 0, "SUBTITLES", "text")] : []),
    ...RUNGS.map(variant),
    "",
  ].join("\n");
}
