// One viewer: a session, the picture, and what is known of it.

import { startSession, poll } from "./session.js";
import { Stalls } from "./stalls.js";
import { Timeline } from "./timeline.js";
import { showBeacons, showDecisions } from "./panels.js";

const HLS_TYPE = "application/vnd.apple.mpegurl";

export function playsNatively() {
  return document.createElement("video").canPlayType(HLS_TYPE) !== "";
}

export class Player {
  sessionId = null;
  hls = null;
  errors = [];
  avails = [];
  beacons = [];
  decisions = [];
  #root;
  #polls = new AbortController();
  #timeline;
  #stallWatch;
  /** Where session time zero lies on the video's clock, in seconds; null while that is not known. */
  #zero = null;
  /** The programme's date at session time zero, in milliseconds; null until a dated avail tells it. */
  #zeroDate = null;
  /** The stretch that the newest playlist lists, on the video's clock. */
  #window = null;

  constructor(root, name) {
    this.#root = root;
    this.name = name;
    this.video = root.querySelector("video");
    this.#timeline = new Timeline(root.querySelector(".timeline"));
    this.#stallWatch = new Stalls(this.video);
    root.querySelector(".name").textContent = name;
  }

  get stalls() {
    return this.#stallWatch.all;
  }

  /**
   * Seconds since the start of the first segment of the session's first playlist, or null. Dates tell
   * it best: the first playlist served need not be the first that the player made use of.
   */
  get sessionTime() {
    const date = this.#date();
    if (date && this.#zeroDate !== null) return (date.getTime() - this.#zeroDate) / 1000;
    return this.#zero === null ? null : this.video.currentTime - this.#zero;
  }

  async start() {
    try {
      const session = await startSession(this.name);
      this.sessionId = session.id;
      this.#root.querySelector(".session").textContent = session.id;
      this.#play(session.manifestUrl);
      this.#follow(session);
    } catch (error) {
      this.#trouble("The session did not start", error.message);
    }
  }

  stop() {
    this.#polls.abort();
    this.#stallWatch.stop();
    this.hls?.destroy();
    this.#root.remove();
  }

  #play(url) {
    if (window.Hls?.isSupported()) this.#playWithHlsJs(url);
    else if (playsNatively()) this.#playNatively(url);
    else this.#trouble("No picture here", `A player that knows HLS can open ${new URL(url, location)}`);
  }

  #playWithHlsJs(url) {
    const { Events, ErrorTypes } = window.Hls;
    const hls = (this.hls = new window.Hls());
    hls.on(Events.ERROR, (_, { type, details, fatal, error }) => {
      this.errors.push({ type, details, fatal, message: error?.message, at: this.video.currentTime });
      if (!fatal) return;
      if (type === ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else if (hls.levels.length) hls.startLoad();
      else this.#trouble("The stream did not start", `${details}: ${error?.message ?? ""}`);
    });
    hls.once(Events.LEVEL_LOADED, (_, { details }) => (this.#zero = details.fragments[0].start));
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      this.#window = { from: details.fragments[0].start, to: details.edge };
    });
    hls.loadSource(url);
    hls.attachMedia(this.video);
    this.#startPlaying();
  }

  #playNatively(url) {
    const { video } = this;
    video.addEventListener("loadedmetadata", () => {
      this.#zero = video.seekable.length ? video.seekable.start(0) : null;
    }, { once: true });
    video.addEventListener("error", () => {
      this.errors.push({ type: "native", details: video.error?.message, fatal: true, at: video.currentTime });
      this.#trouble("The stream stopped", video.error?.message ?? "");
    });
    video.src = url;
    this.#startPlaying();
  }

  // Refused where the browser wants a click first; then its own play button is there.
  #startPlaying() {
    this.video.play().catch(() => {});
  }

  #follow(session) {
    const { signal } = this.#polls;
    poll(session.trackingUrl, 1500, signal, (answer) => this.#learn(answer.avails ?? []));
    poll(`/demo/sink?sid=${session.id}`, 1000, signal, (hits) => {
      showBeacons(this.#root.querySelector(".beacons"), (this.beacons = hits));
    });
    poll(`/demo/decisions?session=${session.id}`, 1000, signal, (rows) => {
      showDecisions(this.#root.querySelector(".decisions"), (this.decisions = rows));
    });
    const drawing = setInterval(() => this.#draw(), 100);
    signal.addEventListener("abort", () => clearInterval(drawing));
  }

  #learn(avails) {
    this.avails = avails;
    const dated = avails.find((avail) => avail.availProgramDateTime);
    if (dated) this.#zeroDate = Date.parse(dated.availProgramDateTime) - dated.startTimeInSeconds * 1000;
  }

  #draw() {
    const listed = this.#window ?? this.#seekable();
    const { sessionTime } = this;
    const zero = this.video.currentTime - sessionTime;
    const onSessionClock = listed && { from: listed.from - zero, to: listed.to - zero };
    const onAir = this.#timeline.draw(this.avails, sessionTime, onSessionClock, this.#date());
    const now = this.#root.querySelector(".now");
    now.textContent = onAir.text;
    now.classList.toggle("ad", Boolean(onAir.colour));
    now.style.setProperty("--colour", onAir.colour ?? "");
    this.#drawFigures(listed);
  }

  #drawFigures(listed) {
    const { video, hls } = this;
    const buffered = video.buffered.length ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 0;
    const quality = video.getVideoPlaybackQuality?.();
    const figures = [
      ["picture", video.videoWidth ? `${video.videoWidth}×${video.videoHeight}` : "–"],
      ["behind live", listed ? `${(listed.to - video.currentTime).toFixed(1)} s` : "–"],
      ["buffer", `${buffered.toFixed(1)} s`],
      ["dropped", String(quality?.droppedVideoFrames ?? 0)],
      ["stalls", String(this.stalls.length), this.stalls.length > 0],
      ["player", hls ? `hls.js ${window.Hls.version}` : "native"],
    ];
    this.#root.querySelector(".figures").innerHTML = figures
      .map(([name, value, bad]) => `<div class="${bad ? "bad" : ""}"><dt>${name}</dt><dd>${value}</dd></div>`)
      .join("");
  }

  #seekable() {
    const { seekable } = this.video;
    return seekable.length ? { from: seekable.start(0), to: seekable.end(seekable.length - 1) } : null;
  }

  /** The programme's date at the playhead. */
  #date() {
    if (this.hls) return this.hls.playingDate;
    const start = this.video.getStartDate?.();
    return start && !Number.isNaN(start.getTime())
      ? new Date(start.getTime() + this.video.currentTime * 1000)
      : null;
  }

  #trouble(what, why) {
    const box = this.#root.querySelector(".trouble");
    box.replaceChildren(Object.assign(document.createElement("strong"), { textContent: what }), why);
    box.hidden = false;
  }
}
