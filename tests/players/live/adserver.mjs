// An ad server and beacon sink on loopback. Every viewer gets the next pod at each break; `set` chooses whose ads.
import { createServer } from "node:http";

const EVENTS = ["start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];

/** What creatives there are: `{ name, length, look }`, lengths in seconds, with a picture and a note of their own. */
export const CREATIVES = [
  { name: "amber", length: 15, look: { title: "Ad AMBER 15", colour: "0x8a5a00", hertz: 523 } },
  { name: "basalt", length: 13, look: { title: "Ad BASALT 13", colour: "0x7a2040", hertz: 587 } },
  { name: "cobalt", length: 10, look: { title: "Ad COBALT 10", colour: "0x2030a0", hertz: 659 } },
  { name: "dune", length: 15, look: { title: "Ad DUNE 15", colour: "0x806050", hertz: 698 } },
];
export const SLATE = { name: "slate", length: 10, segment: 1, look: { title: "SLATE", colour: "0x505050", hertz: 247, mark: false } };

/** Pods in order; the first of `main` fills a break of 28 s, the second leaves 3 s to the slate. */
export const SETS = {
  main: [["amber", "basalt"], ["cobalt", "dune"]],
  other: [["basalt", "dune"], ["dune", "cobalt"]],
  "pre-roll": [["dune", "basalt"]],
};

/** Starts it: `{ url, close }`. `creatives` is the address they are served at, as HLS or as `files`. */
export async function startAdServer(creatives, { files } = {}) {
  const asked = new Map();
  const hits = [];

  const routes = {
    "/vast": (query) => {
      const [pods, who] = [SETS[query.set], `${query.set} ${query.sid}`];
      const count = asked.get(who) ?? 0;
      asked.set(who, count + 1);
      return ["application/xml", vast(pods[count % pods.length], query.sid, { url, creatives, files })];
    },
    "/sink": ({ sid }) => ["application/json", JSON.stringify(hits.filter((hit) => hit.query.sid === sid))],
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://ads");
    const query = Object.fromEntries(searchParams);
    const [, event] = /^\/sink\/(\w+)$/.exec(pathname) ?? [];
    if (event) hits.push({ time: new Date().toISOString(), event, query, beacon_id: request.headers["x-midroll-beacon-id"] });
    const [type, body] = routes[pathname]?.(query) ?? [];
    response.writeHead(event ? 204 : body ? 200 : 404, type && { "Content-Type": type }).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, close: () => server.close() };
}

function vast(pod, sid, at) {
  const ads = pod.map((name, index) => ad(CREATIVES.find((one) => one.name === name), index + 1, sid, at));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<VAST version="4.2" xmlns="http://www.iab.com/VAST">${ads.join("")}</VAST>\n`;
}

function ad({ name, length }, sequence, sid, { url, creatives, files }) {
  const [delivery, type, path] = files ? ["progressive", "video/mp4", `${name}.mp4`] : ["streaming", "application/x-mpegURL", `${name}/main.m3u8`];
  const beacon = (event) => `<![CDATA[${url}/sink/${event}?sid=${sid}&ad=${name}]]>`;
  const tracking = EVENTS.map((event) => `<Tracking event="${event}">${beacon(event)}</Tracking>`).join("");
  return `
  <Ad id="${name}" sequence="${sequence}"><InLine>
    <AdSystem>Midroll proofs</AdSystem><AdTitle>${name}</AdTitle><AdServingId>${sid}-${sequence}</AdServingId>
    <Impression>${beacon("impression")}</Impression>
    <Creatives><Creative id="${name}" sequence="1"><UniversalAdId idRegistry="proofs">${name}</UniversalAdId><Linear>
      <Duration>00:00:${length}</Duration>
      <TrackingEvents>${tracking}</TrackingEvents>
      <MediaFiles><MediaFile delivery="${delivery}" type="${type}" width="640" height="360">
        <![CDATA[${creatives}/${path}]]>
      </MediaFile></MediaFiles>
    </Linear></Creative></Creatives>
  </InLine></Ad>`;
}
