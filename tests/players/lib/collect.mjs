// A player that only collects: follows one media playlist live and keeps what it lists, a file for each run between
// discontinuities, so that each can be decoded by itself.
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { segments } from "./served.mjs";

const RELOAD_MS = 1000;
const FROM_EDGE = 3; // segments, where a live player begins (RFC 8216 §6.3.3)

/** Until `until` (ms): `{ files, rows }`, the runs' files in order and what went over the wire (proxy.mjs). */
export async function collect(name, playlist, { until, directory }) {
  const rows = [];
  const files = new Map();
  let next;
  for (; Date.now() < until; await sleep(RELOAD_MS)) {
    const body = (await get(playlist, rows)).toString();
    rows.at(-1).body = body;
    const listed = segments(body, playlist);
    next ??= listed.at(-FROM_EDGE).sequence;
    for (const segment of listed.filter(({ sequence }) => sequence >= next)) {
      const file = join(directory, `${name}-${segment.run}.mp4`);
      if (!files.has(segment.run)) writeFileSync(file, segment.map ? await get(segment.map, rows) : "");
      files.set(segment.run, file);
      appendFileSync(file, await get(segment.url, rows));
      next = segment.sequence + 1;
    }
  }
  return { files: [...files.values()], rows };
}

async function get(url, rows) {
  const answer = await fetch(url, { redirect: "manual" });
  const row = { at: Date.now(), url, status: answer.status, location: answer.headers.get("location") ?? undefined };
  rows.push(row);
  if (row.location) return get(new URL(row.location, url).href, rows);
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  return Buffer.from(await answer.arrayBuffer());
}
