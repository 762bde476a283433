// Whether a client of the tracking document reported every ad it played, each event once, and put ads where the document has them.

const APART = 0.1; // seconds, between where an ad begins and where it is said to

/**
 * `{ failures, apart }` of one client. `tracked` are the avails it came past, `hits` what the sink has of its session,
 * `polls` how its own questions were answered, `notes` what it noted (page/clients.js); `wanted` says what it must do:
 * `events` it sends, `breaks` it comes past, `times` where its view of time is compared, `cues` whether one per ad is due.
 */
export function judge({ tracked, hits, polls, notes }, wanted) {
  const failures = [];
  const ads = heardOf(tracked.flatMap((avail) => avail.ads), notes.known);
  if (tracked.length < wanted.breaks) failures.push(`only ${tracked.length} breaks`);
  if (ads.length === 0) failures.push("no ads");
  failures.push(...miscounted(ads, hits, wanted.events));
  const servers = hits.filter((hit) => hit.beacon_id);
  if (servers.length > 0) failures.push(`the service sent ${servers.length} beacons too`);
  if (wanted.cues && notes.cues !== ads.length) failures.push(`${notes.cues} cue points for ${ads.length} ads`);
  if (!wanted.times && notes.cues < 1) failures.push("no cue point");
  if (polls.some((status) => status !== 200)) failures.push(`tracking answered ${[...new Set(polls)]}`);
  if (notes.errors.length > 0) failures.push(`player errors ${notes.errors}`);
  const apart = wanted.times ? differences(ads, notes.starts) : [];
  for (const { ad, seconds, millis } of apart) {
    if (!(Math.abs(seconds) <= APART)) failures.push(`ad ${ad} begins ${seconds} s from where it is said to`);
    if (wanted.dated && !(Math.abs(millis) <= APART * 1000)) failures.push(`ad ${ad} is dated ${millis} ms from what is said of it`);
  }
  return { failures, apart };
}

/** The ads a client can know of: all, unless it reads the document but once. */
export const heardOf = (ads, known) => ads.filter(({ adId }) => known?.includes(adId) ?? true);

/** Events whose beacons are not at the sink as often as there are ads that ask for them. */
function miscounted(ads, hits, events) {
  const failures = [];
  for (const ad of ads) {
    for (const event of events) {
      const urls = ad.trackingEvents.find((one) => one.eventType === event)?.beaconUrls ?? [];
      if (urls.length === 0) failures.push(`${event} of ad ${ad.adId} has no URL`);
      for (const url of urls) {
        const query = Object.fromEntries(new URL(url).searchParams);
        const same = hits.filter((hit) => hit.event === event && Object.entries(query).every(([k, v]) => hit.query[k] === v));
        const wanted = ads.filter((other) => other.trackingEvents.some((one) => one.eventType === event && one.beaconUrls.includes(url)));
        if (same.length !== wanted.length) failures.push(`${event} of ad ${ad.adId}: ${same.length} times, not ${wanted.length}`);
      }
    }
  }
  return failures;
}

/** How far from its place in the document the player put each ad's first segment, on both clocks. */
const differences = (ads, starts) =>
  ads.map((ad) => {
    const first = starts.find(({ sequence }) => String(sequence) === ad.adId);
    const seconds = first ? Math.round((first.start - ad.startTimeInSeconds) * 1000) / 1000 : NaN;
    return { ad: ad.adId, seconds, millis: first?.ad ? Math.round(first.date - Date.parse(ad.adProgramDateTime)) : NaN };
  });
