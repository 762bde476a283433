// Plays the demo page through ad breaks in headless Chromium and judges what a viewer saw.
//
//   node demo.mjs BASE [--breaks 1] [--shots DIR] [--withhold SECONDS]
//
// With --withhold one ad segment comes that much late, and the same judgement must find a stall: the
// proof that it can. Exit 0: as expected; 1: not; 2: could not be judged.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withChromium } from "./lib/chromium.mjs";

const LONGEST_STALL = 0.5; // seconds
const LONGEST_BUFFER = 18; // seconds: three target durations
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    breaks: { type: "string", default: "1" },
    shots: { type: "string" },
    withhold: { type: "string" },
  },
});
const base = positionals[0];
const wanted = Number(values.breaks);
const withhold = Number(values.withhold ?? 0);
if (values.shots) mkdirSync(values.shots, { recursive: true });

const failures = [];
try {
  await withChromium(async (context) => watch(await context.newPage()));
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}

async function watch(page) {
  if (withhold > 0) await withholdOne(page, withhold);
  await page.goto(base);
  await page.locator("#more").click();
  await page.waitForFunction(() => window.midroll.players.length === 2);
  await playing(page);
  const began = await sample(page);
  await shot(page, "programme");
  const differences = [];
  for (let n = 1; n <= wanted; n++) {
    await during(page, true, 120);
    await page.waitForTimeout(4000);
    await shot(page, `ad-${n}`);
    differences.push(await different(page));
    await during(page, false, 90);
    await page.waitForTimeout(4000);
    await shot(page, `programme-after-${n}`);
  }
  judge(began, await sample(page), differences);
}

/** Holds back the first ad segment that is asked for, however often it is asked for again, until the
 * longest buffer has run out and then so many seconds. */
async function withholdOne(page, seconds) {
  let held;
  await page.route(/\/v1\/manifest\/.*\/ad\//, async (route) => {
    const url = route.request().url();
    held ??= { url, until: Date.now() + (seconds + LONGEST_BUFFER) * 1000 };
    if (url === held.url) {
      await new Promise((resolve) => setTimeout(resolve, held.until - Date.now()));
    }
    await route.continue().catch(() => {}); // given up by the player meanwhile
  });
}

async function playing(page) {
  await page.waitForFunction(
    () => window.midroll.players.every((player) => player.video.currentTime > 1 && !player.video.paused),
    undefined,
    { timeout: 60_000 },
  );
  await page.waitForTimeout(2000);
}

/** What each player has done so far. */
function sample(page) {
  return page.evaluate(() =>
    window.midroll.players.map(({ sessionId, video, stalls, errors, beacons }) => ({
      session: sessionId,
      clock: performance.now() / 1000,
      time: video.currentTime,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      stalls: stalls.map((stall) => ({ ...stall })),
      fatal: errors.filter((error) => error.fatal),
      beacons: beacons.length,
    })),
  );
}

/** Waits until the first player shows an ad, or nothing of a break any more. */
async function during(page, ad, seconds) {
  await page.waitForFunction(
    (ad) => {
      const [player] = window.midroll.players;
      const now = player.sessionTime;
      const inside = (one) =>
        now >= one.startTimeInSeconds && now < one.startTimeInSeconds + one.durationInSeconds;
      return (ad ? player.avails.flatMap((avail) => avail.ads) : player.avails).some(inside) === ad;
    },
    ad,
    { timeout: seconds * 1000 },
  );
}

/** How differently the two players' pictures look: mean distance per colour channel, 0 to 255. */
function different(page) {
  return page.evaluate(() => {
    const pixels = window.midroll.players.map(({ video }) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [32, 18];
      const context = canvas.getContext("2d");
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      return context.getImageData(0, 0, canvas.width, canvas.height).data;
    });
    const distances = [...pixels[0]].map((value, at) => Math.abs(value - pixels[1][at]));
    return distances.reduce((sum, one) => sum + one, 0) / distances.length;
  });
}

async function shot(page, name) {
  if (values.shots) await page.screenshot({ path: join(values.shots, `${name}.png`) });
}

function judge(began, ended, differences) {
  ended.forEach((player, at) => {
    const who = `player ${at + 1}`;
    const before = began[at];
    const played = player.time - before.time;
    const passed = player.clock - before.clock;
    const long = player.stalls.filter(
      (stall) => stall.seconds > LONGEST_STALL && stall.position >= before.time,
    );
    const stalled = long.reduce((sum, stall) => sum + stall.seconds, 0);
    const rate = (player.frames - before.frames) / played;
    console.log(
      `${who}: ${played.toFixed(1)} s played in ${passed.toFixed(1)} s, ${rate.toFixed(1)} frames/s, ` +
        `${long.length} stalls of ${stalled.toFixed(1)} s, ${player.beacons} beacons`,
    );
    if (long.length > 0) failures.push(`${who} stalled: ${JSON.stringify(long)}`);
    if (Math.abs(played - passed) > 1) failures.push(`${who} left the clock by ${(played - passed).toFixed(2)} s`);
    if (player.fatal.length > 0) failures.push(`${who}: ${JSON.stringify(player.fatal)}`);
    if (player.beacons < 6 * wanted) failures.push(`${who}: only ${player.beacons} beacons`);
    if (rate < 20) failures.push(`${who}: ${rate.toFixed(1)} frames a second`);
  });
  console.log(`pictures of the two in a break differ by ${differences.map((d) => d.toFixed(1)).join(", ")} of 255`);
  if (!differences.some((difference) => difference > 8)) failures.push("both viewers saw the same ads");
  const stalled = failures.some((failure) => failure.includes("stalled"));
  if (withhold > 0) {
    console.log(stalled ? "the withheld segment was noticed" : "the withheld segment was NOT noticed");
    process.exitCode = stalled ? 0 : 1;
    return;
  }
  failures.forEach((failure) => console.error(failure));
  process.exitCode = failures.length > 0 ? 1 : 0;
}
