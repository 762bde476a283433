// The demo's media as lists of segments, read from the playlists beside it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const MEDIA = join(dirname(fileURLToPath(import.meta.url)), "../../../src/demo/media");
export const RENDITIONS = ["v0", "v1", "v2", "a0"];

/** The segments of one rendition of `programme`, `slate` or `ads/…`: `{ path, seconds, extinf }`. */
export function segments(presentation, rendition) {
  const text = readFileSync(join(MEDIA, presentation, `${rendition}.m3u8`), "utf8");
  return [...text.matchAll(/#EXTINF:([0-9.]+),[^\n]*\n([^#\n]+)/g)].map(([, extinf, uri]) => ({
    path: `${presentation}/${uri}`,
    extinf,
    seconds: Number(extinf),
  }));
}

/** The segments whose middle lies between two times of the presentation. */
export function between(presentation, rendition, from, to) {
  let at = 0;
  return segments(presentation, rendition).filter(({ seconds }) => {
    const middle = at + seconds / 2;
    at += seconds;
    return from < middle && middle < to;
  });
}
