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
const SOUND_BITS = 64_000;
const SUBTITLES = { name: "s0", language: "en", label: "English" };

/** By name. Debian's ffmpeg plays no change of initialisation right, so its recordings are decoded `byRun`. */
export const KINDS = {
  ts: { extension: "ts", sounds: [SOUNDS.en] },
  muxed: { extension: "ts", sounds: [SOUNDS.en], muxed: true },
  cmaf: { extension: "m4s", sounds: [SOUNDS.en], byRun: true },
  aes: { extension: "ts", sounds: [SOUNDS.en], encrypted: true },
  languages: { extension: "ts", sounds: [SOUNDS.en, SOUNDS.de], subtitles: SUBTITLES },
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
    const what = [`BANDWIDTH=${bits + SOUND_BITS}`, `CODECS="${codec},mp4a.40.2"`, `RESOLUTION=${size}`, `FRAME-RATE=${FPS}.000`, ...groups];
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
