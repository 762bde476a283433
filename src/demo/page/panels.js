// The beacons as they arrive, and the decision log.

const EVENTS = [
  ["impression", "impr."], ["start", "start"], ["firstQuartile", "¼"],
  ["midpoint", "½"], ["thirdQuartile", "¾"], ["complete", "complete"],
];

/** One row for each ad watched, a mark for each of its six beacons; the newest on top. */
export function showBeacons(panel, hits) {
  count(panel, hits.length);
  const rows = watched(hits).reverse().map((ad) => {
    const row = make("div", "watched");
    row.append(make("span", "ad", ad.name), make("time", "", clock(ad.time)));
    const pips = make("div", "pips");
    for (const [event, label] of EVENTS) {
      const times = ad.events.get(event) ?? [];
      const pip = make("span", `pip${times.length ? " sent" : ""}${times.length > 1 ? " twice" : ""}`, label);
      pip.title = `${event} ${times.map(clock).join(", ")}`;
      pips.append(pip);
    }
    row.append(pips);
    return row;
  });
  fill(panel, rows);
}

/** Hits by the ad they belong to: the same ad in the same place a minute later is another. */
function watched(hits) {
  const all = [];
  for (const { time, event, query } of hits) {
    const name = (query.ad ?? "?").replace(/-/g, " ");
    const key = `${query.ad} ${query.seq}`;
    let ad = all.findLast((one) => one.key === key && Date.parse(time) - Date.parse(one.time) < 45_000);
    if (!ad) all.push((ad = { key, name, time, events: new Map() }));
    ad.events.set(event, [...(ad.events.get(event) ?? []), time]);
  }
  return all;
}

/** One line for each row of the log, which opens to the whole; the newest on top. */
export function showDecisions(panel, rows) {
  count(panel, rows.length);
  const shown = panel.shownRows ?? 0;
  if (shown === rows.length) return; // what the viewer has opened stays open
  panel.shownRows = rows.length;
  fill(panel, rows.toReversed().map(decision));
}

function decision(row) {
  const kind = String(row.eventType ?? row.event ?? row.type ?? "event");
  const line = make("details", `decision ${kind}${/ERROR|UNFILLED|TIMEOUT/.test(kind) ? " bad" : ""}`);
  const summary = make("summary");
  summary.append(make("time", "", clock(row.eventTimestamp ?? row.time)), make("b", "", kind));
  const gist = gistOf(row);
  if (gist) summary.append(make("span", "gist", gist));
  line.append(summary, make("pre", "", JSON.stringify(row, null, 2)));
  return line;
}

function gistOf({ avail, eventDescription, requestUrl, adsRequestUrl }) {
  const parts = [];
  if (avail?.fillRate !== undefined) parts.push(`filled ${Math.round(avail.fillRate * 100)} %`);
  if (avail?.numAds !== undefined) parts.push(`${avail.numAds} ads`);
  if (avail?.skippedAds?.length) parts.push(`${avail.skippedAds.length} skipped`);
  return parts.join(" · ") || eventDescription || requestUrl || adsRequestUrl || "";
}

function count(panel, number) {
  panel.querySelector(".count").textContent = number || "";
}

function fill(panel, rows) {
  if (rows.length) panel.querySelector(".rows").replaceChildren(...rows);
}

function make(tag, className = "", text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function clock(time) {
  return time ? new Date(time).toLocaleTimeString("en-GB") : "";
}
