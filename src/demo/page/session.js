// Talking to Midroll and to the demo.

const ASSET = new URLSearchParams(location.search).get("asset") ?? "live/main.m3u8";
const SESSION = `/v1/session/demo/${ASSET}`;

/** Starts an explicit session; its id is the last part of the tracking URL. */
export async function startSession(viewer) {
  const answer = await fetch(SESSION, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ adsParams: { device: "web", viewer }, reportingMode: "server" }),
  });
  if (!answer.ok) throw new Error(`POST ${SESSION} answered ${answer.status}: ${await answer.text()}`);
  const { manifestUrl, trackingUrl } = await answer.json();
  const id = new URL(trackingUrl, location).pathname.split("/").pop();
  return { id, manifestUrl, trackingUrl };
}

/** Hands over the JSON at `url`, again and again; a failed turn is passed over. */
export async function poll(url, every, signal, use) {
  while (!signal.aborted) {
    try {
      const answer = await fetch(url, { signal, cache: "no-store" });
      if (answer.ok) use(await answer.json());
    } catch (error) {
      if (signal.aborted) return;
      console.debug(`poll of ${url}: ${error.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
