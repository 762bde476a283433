#!/usr/bin/env node
// Serves the hand-stitched channel on loopback: `/main.m3u8`. Prints its URL, runs until it is ended.
//
//   standin.mjs [--port N] [--vod SECONDS] [--fault NAME]      (names: lib/tamper.mjs)
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MEDIA, RENDITIONS } from "./lib/media.mjs";
import { mediaPlaylist } from "./lib/stitched.mjs";
import { FAULTS } from "./lib/tamper.mjs";

const { values } = parseArgs({
  options: { port: { type: "string", default: "0" }, vod: { type: "string" }, fault: { type: "string", default: "none" } },
});
const fault = FAULTS[values.fault];
if (!fault) throw new Error(`no fault \`${values.fault}\``);
const vod = values.vod && Number(values.vod);
// A channel that is already on the air.
const epoch = Date.now() - 60_000;

const HEADERS = { "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store" };
const PLAYLIST = { ...HEADERS, "Content-Type": "application/vnd.apple.mpegurl" };

function answer(path) {
  if (path === "/main.m3u8") return [PLAYLIST, readFileSync(join(MEDIA, "programme/main.m3u8"))];
  const rendition = RENDITIONS.find((name) => path === `/${name}.m3u8`);
  if (rendition) return [PLAYLIST, mediaPlaylist(rendition, { epoch, now: Date.now(), vod })];
  const [, segment] = /^\/segments\/([a-z0-9/-]+\.ts)$/.exec(path) ?? [];
  if (segment) return [{ ...HEADERS, "Content-Type": "video/mp2t" }, fault(segment, readFileSync(join(MEDIA, segment)))];
  return null;
}

const server = createServer((request, response) => {
  const found = answer(new URL(request.url, "http://standin").pathname);
  response.writeHead(found ? 200 : 404, found?.[0] ?? HEADERS).end(found?.[1]);
});
server.listen(Number(values.port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/main.m3u8`));
