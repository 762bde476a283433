// What a session was served, read from its playlists as they went over the wire. Pure.

/** The segments of one playlist text: `{ sequence, run, url, seconds }`; `run` is the discontinuity number. */
export function segments(text, base) {
  const number = (tag) => Number(new RegExp(`#EXT-X-${tag}:(\\d+)`).exec(text)?.[1] ?? 0);
  let [sequence, run, seconds] = [number("MEDIA-SEQUENCE"), number("DISCONTINUITY-SEQUENCE"), 0];
  const listed = [];
  for (const line of text.split("\n")) {
    if (line === "#EXT-X-DISCONTINUITY") run += 1;
    else if (line.startsWith("#EXTINF:")) seconds = parseFloat(line.slice(8));
    else if (line && !line.startsWith("#")) listed.push({ sequence: sequence++, run, url: new URL(line, base).href, seconds });
  }
  return listed;
}

/**
 * All that one media playlist has ever listed, from the first segment that was asked for on, as runs between
 * discontinuities: `{ number, seconds, creative, break, asked }`. `creative` is where an ad's segments are, `break` its
 * id, both undefined in the programme; `asked` says whether the run was asked for as a whole. `rows` as in proxy.mjs.
 */
export function runs(rows, playlist) {
  const asked = new Map(rows.map((row) => [row.url, row]));
  const everListed = union(rows.filter(({ url, body }) => url === playlist && body));
  const first = everListed.findIndex(({ url }) => asked.has(url));
  const played = everListed.slice(first < 0 ? everListed.length : first);
  return [...new Set(played.map(({ run }) => run))].map((number) => {
    const run = played.filter((segment) => segment.run === number);
    return {
      number,
      seconds: run.reduce((sum, { seconds }) => sum + seconds, 0),
      creative: directory(asked.get(run[0].url)?.location),
      break: /\/ad\/([^/]+)\//.exec(run[0].url)?.[1],
      asked: everListed.every(({ run, url }) => run !== number || asked.has(url)),
    };
  });
}

// A segment once listed stays what it was, so the first that was said of it counts; anything else is a fault.
function union(playlists) {
  const all = new Map();
  for (const { body, url } of playlists) {
    for (const segment of segments(body, url)) {
      const known = all.get(segment.sequence) ?? segment;
      if (JSON.stringify(known) !== JSON.stringify(segment)) throw new Error(`segment ${segment.sequence} of ${url} was another before: ${JSON.stringify([known, segment])}`);
      all.set(segment.sequence, known);
    }
  }
  return [...all.values()].sort((one, other) => one.sequence - other.sequence);
}

const directory = (location) => location?.replace(/\/[^/]+\/[^/]+$/, "");

/** The URLs of a multivariant playlist: `{ video: [...], audio: [...], subtitles: [...] }`, the pictures as listed. */
export function renditions(text, base) {
  const uris = (pattern) => [...text.matchAll(pattern)].map(([, uri]) => new URL(uri, base).href);
  return {
    video: uris(/#EXT-X-STREAM-INF:.*\n([^#\n]+)/g),
    audio: uris(/#EXT-X-MEDIA:TYPE=AUDIO.*URI="([^"]+)"/g),
    subtitles: uris(/#EXT-X-MEDIA:TYPE=SUBTITLES.*URI="([^"]+)"/g),
  };
}
