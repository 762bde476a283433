// Staying with a client until it has come past the ads that are judged.
import { setTimeout as sleep } from "node:timers/promises";
import { heardOf } from "./reported.mjs";

const BEFORE = 2; // seconds of programme that are played before a break, and behind it
const STUCK_MS = 20_000;

/**
 * Live: until the last event of the last ad of so many breaks is there, or would be. `reports`: the client sends beacons.
 * Gives the avails that there were.
 */
export async function live(page, { document, sink, breaks, reports, until }) {
  const tracked = new Map();
  while (Date.now() < until) {
    await sleep(1000);
    for (const avail of (await document()).avails) tracked.set(avail.availId, avail);
    const avails = [...tracked.values()].slice(0, breaks);
    const { known, starts } = await page.evaluate(() => window.notes);
    const ads = heardOf(avails.flatMap((avail) => avail.ads), known);
    const complete = (await sink()).filter((hit) => hit.event === "complete").length;
    const seen = reports ? complete : ads.filter((ad) => starts.some(({ sequence }) => String(sequence) === ad.adId)).length;
    if (tracked.size >= breaks && ads.length > 0 && seen >= ads.length) break;
  }
  return [...tracked.values()].slice(0, breaks);
}

/** A title: through every break, and of the programme between them only what stands around it. Gives all its avails. */
export async function title(page, { document, until }) {
  let avails = [];
  while (avails.length === 0 && Date.now() < until) {
    await sleep(200);
    avails = (await document()).avails;
  }
  for (const { startTimeInSeconds: from, durationInSeconds: length } of avails) {
    const before = from - BEFORE;
    await page.evaluate((before) => {
      const video = document.querySelector("video");
      if (video.currentTime < before) video.currentTime = before;
    }, before);
    await past(page, from + length + BEFORE, until);
  }
  return avails;
}

/** Waits until the player is past a place, at the end, or stands still. */
async function past(page, place, until) {
  let [last, moved] = [NaN, Date.now()];
  while (Date.now() < until && Date.now() - moved < STUCK_MS) {
    const { at, ended } = await page.evaluate(() => {
      const { currentTime: at, ended } = document.querySelector("video");
      return { at, ended };
    });
    if (ended || at >= place) return;
    if (at !== last) [last, moved] = [at, Date.now()];
    await sleep(200);
  }
}
