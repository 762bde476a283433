// What went over the network while a page played: every answer in brief, playlists in full.
import { setTimeout as sleep } from "node:timers/promises";
import { isPlaylist } from "./proxy.mjs";

const LATEST_MS = 5_000;

/**
 * Listens to a page: `{ rows, playlists, segments, ads, failed }`, `rows` as in proxy.mjs, and `whole`, which is awaited
 * once the page asks for nothing more: a playlist is read after its answer has come, and later where the machine is busy.
 */
export function listen(page) {
  const since = Date.now();
  const bodies = [];
  const whole = () => Promise.race([Promise.all(bodies), sleep(LATEST_MS)]);
  const wire = { rows: [], playlists: 0, segments: 0, ads: 0, failed: [], whole };

  page.on("response", (response) => {
    const url = response.url();
    const status = response.status();
    const row = { at: Date.now(), url, status, location: response.headers().location };
    wire.rows.push(row);
    if (status >= 400) wire.failed.push({ wall: (Date.now() - since) / 1000, url, status });
    if (isPlaylist(url)) wire.playlists += 1;
    else if (/\.(ts|m4s|mp4|aac)$/.test(new URL(url).pathname)) wire.segments += 1;
    if (url.includes("/ad/") && status === 302) wire.ads += 1;
    if (isPlaylist(url)) bodies.push(response.text().then((body) => (row.body = body)).catch(() => undefined));
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // A player drops what it no longer wants; a page that closes drops everything.
    if (reason !== "net::ERR_ABORTED") wire.failed.push({ wall: (Date.now() - since) / 1000, url: request.url(), status: reason });
  });
  return wire;
}
