// A forward proxy on loopback that keeps what went through it, for players that know `http_proxy`.
import { createServer, request as ask } from "node:http";

export const isPlaylist = (url) => new URL(url).pathname.endsWith(".m3u8");

/**
 * Starts it: `{ url, rows, end, close }`. `rows` fills with `{ at, url, status, location, body }` (`at` in
 * ms, `body` of playlists only). After `end()` every media playlist goes out closed, and as it then is, so that each player
 * comes to a stop having played all that was listed.
 */
export async function startProxy() {
  const rows = [];
  let ended = false;
  const closed = new Map();
  const closing = (url, text) => {
    if (!ended || !text.includes("#EXTINF")) return text;
    if (!closed.has(url)) closed.set(url, `${text}#EXT-X-ENDLIST\n`);
    return closed.get(url);
  };

  const server = createServer((inward, outward) => {
    const { "accept-encoding": _, ...headers } = inward.headers;
    const passed = ask(inward.url, { method: inward.method, headers }, async (answer) => {
      const row = { at: Date.now(), url: inward.url, status: answer.statusCode, location: answer.headers.location };
      rows.push(row);
      if (!isPlaylist(inward.url)) return answer.pipe(outward.writeHead(answer.statusCode, answer.headers));
      row.body = closing(inward.url, Buffer.concat(await answer.toArray()).toString());
      const { "content-length": _, ...rest } = answer.headers;
      outward.writeHead(answer.statusCode, { ...rest, "content-length": Buffer.byteLength(row.body) }).end(row.body);
    });
    passed.on("error", () => outward.destroy());
    inward.pipe(passed);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    rows,
    end: () => (ended = true),
    close: () => { server.closeAllConnections(); server.close(); },
  };
}
