// The window under the picture: programme, this session's breaks and ads, and the playhead.
//
// All times are seconds of session time: 0 is the first segment of the first playlist served.

const BEHIND = 45; // seconds shown before the playhead
const AHEAD = 35;
const COLOURS = ["#c2571a", "#0f766e", "#a16207", "#1d4ed8", "#b91c1c", "#7e22ce", "#15803d", "#be185d"];
const colours = new Map();

export class Timeline {
  #root;
  /** Every avail seen, as the tracking API forgets those that left the window. */
  #avails = new Map();

  constructor(root) {
    this.#root = root;
  }

  /** Draws, and says what is on air at the playhead. */
  draw(avails, playhead, listed, date) {
    if (playhead === null) return this.#drawNothing();
    for (const avail of avails) this.#avails.set(avail.startTimeInSeconds.toFixed(1), avail);
    const from = playhead - BEHIND;
    const x = (time) => `${(100 * (time - from)) / (BEHIND + AHEAD)}%`;
    const width = (length) => `${(100 * length) / (BEHIND + AHEAD)}%`;
    const boxes = [];
    const box = (kind, at, length, text = "", colour = "") =>
      boxes.push(element(kind, { left: x(at), width: length === null ? "" : width(length) }, text, colour));

    const shown = [...this.#avails.values()]
      .filter((avail) => ends(avail) > from)
      .sort((one, other) => one.startTimeInSeconds - other.startTimeInSeconds);
    for (const [start, end] of between(shown, Math.max(0, from), listed?.to ?? from)) {
      box("span programme", start, end - start, "programme");
    }
    for (const avail of shown) {
      box("span break", avail.startTimeInSeconds, avail.durationInSeconds);
      box("label", avail.startTimeInSeconds, null, `break ${avail.availId}`);
      for (const ad of avail.ads) box("span ad", ad.startTimeInSeconds, ad.durationInSeconds, title(ad), colour(ad));
    }
    for (const tick of ticks(from, playhead, date)) box("tick", tick.at, null, tick.text);
    if (listed) box("window", listed.from, listed.to - listed.from);
    box("head", playhead, null);
    this.#root.replaceChildren(...boxes);
    return this.#onAir(playhead);
  }

  /** Some players do not tell where in the stream they are. */
  #drawNothing() {
    this.#root.replaceChildren(element("label", { left: "10px" }, "no timeline: this player does not say what it shows"));
    return { text: "" };
  }

  #onAir(playhead) {
    const avail = [...this.#avails.values()].find((one) => covers(one, playhead));
    const ad = avail?.ads.find((one) => covers(one, playhead));
    if (!avail) return { text: "Programme" };
    if (!ad) return { text: "Break" };
    const nth = avail.ads.indexOf(ad) + 1;
    const left = Math.max(0, Math.ceil(ends(ad) - playhead));
    return { text: `Ad ${nth} of ${avail.ads.length} · ${title(ad)} · ${left} s`, colour: colour(ad) };
  }
}

function element(kind, style, text, colour) {
  const made = document.createElement("div");
  made.className = kind;
  made.textContent = text;
  made.title = text;
  Object.assign(made.style, style);
  if (colour) made.style.setProperty("--colour", colour);
  return made;
}

/** Every ten seconds of the programme's clock, or of session time where it has none. */
function ticks(from, playhead, date) {
  const clock = date ? date.getTime() / 1000 - playhead : 0;
  const all = [];
  for (let at = Math.ceil((from + clock) / 10) * 10; at < from + clock + BEHIND + AHEAD; at += 10) {
    const text = date ? new Date(at * 1000).toLocaleTimeString("en-GB") : `${at} s`;
    all.push({ at: at - clock, text });
  }
  return all;
}

/** What is programme: the stretches that no break covers. */
function between(breaks, from, to) {
  const all = [];
  let start = from;
  for (const one of breaks) {
    if (one.startTimeInSeconds > start) all.push([start, Math.min(one.startTimeInSeconds, to)]);
    start = ends(one);
  }
  all.push([start, to]);
  return all.filter(([start, end]) => end > start);
}

const ends = (one) => one.startTimeInSeconds + one.durationInSeconds;
const covers = (one, time) => one.startTimeInSeconds <= time && time < ends(one);
const title = (ad) => (ad.adTitle || ad.creativeId || "ad").split(":")[0];

/** The same ad has the same colour in every player of the page. */
function colour(ad) {
  if (!colours.has(title(ad))) colours.set(title(ad), COLOURS[colours.size % COLOURS.length]);
  return colours.get(title(ad));
}
