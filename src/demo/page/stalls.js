// Notices when the picture stands still although it should move.

const LEAST = 0.5; // seconds

export class Stalls {
  /** `{ position, seconds, date }` of each, the one going on included. */
  all = [];
  #video;
  #timer;
  #position = null;
  #moved = 0;
  #open = null;

  constructor(video) {
    this.#video = video;
    this.#timer = setInterval(() => this.#look(), 50);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #look() {
    const video = this.#video;
    const now = performance.now();
    // Not yet started, paused or seeking by the viewer, or out of sight, where timers are slowed.
    const idle = video.paused || video.seeking || video.currentTime === 0 || document.hidden;
    if (idle || video.currentTime !== this.#position) {
      this.#position = video.currentTime;
      this.#moved = now;
      this.#open = null;
      return;
    }
    const seconds = (now - this.#moved) / 1000;
    if (seconds < LEAST) return;
    if (!this.#open) {
      this.#open = { position: this.#position, date: new Date().toISOString() };
      this.all.push(this.#open);
    }
    this.#open.seconds = seconds;
  }
}
