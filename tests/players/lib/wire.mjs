// What went over the network while a page played: every answer in brief, playlists in full.
import { appendFileSync } from "node:fs";

const isPlaylist = (url) => new URL(url).pathname.endsWith(".m3u8");

/**
 * Listens to a page. With `keep`, each playlist is also appended to that file (JSON Lines), so that a fault can be
 * read back from what was served.
 */
export function listen(page, { keep } = {}) {
  const since = Date.now();
  const wire = { playlists: 0, segments: 0, ads: 0, failed: [] };

  page.on("response", async (response) => {
    const url = response.url();
    const status = response.status();
    if (status >= 400) wire.failed.push({ wall: (Date.now() - since) / 1000, url, status });
    if (isPlaylist(url)) wire.playlists += 1;
    else if (/\.(ts|m4s|mp4|aac)$/.test(new URL(url).pathname)) wire.segments += 1;
    if (url.includes("/ad/") && status === 302) wire.ads += 1;
    if (keep && isPlaylist(url)) keepPlaylist(keep, response, since);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // A player drops what it no longer wants; a page that closes drops everything.
    if (reason !== "net::ERR_ABORTED") wire.failed.push({ wall: (Date.now() - since) / 1000, url: request.url(), status: reason });
  });
  return wire;
}

async function keepPlaylist(file, response, since) {
  const body = await response.text().catch((reason) => `unread: ${reason.message}`);
  const row = { wall: (Date.now() - since) / 1000, at: new Date().toISOString(), url: response.url(), status: response.status(), body };
  appendFileSync(file, `${JSON.stringify(row)}\n`);
}
