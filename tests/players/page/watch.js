// Watches a video element from inside its page: how its clock runs, and what it shows and sounds like.
//
// `watchPlayback(video, { sound })` samples on every animation frame; `.report()` gives plain data, all times
// in seconds: wall times since the watch began, media times as the element's `currentTime`.
(() => {
  const STALL_LISTED = 0.1; // shorter ones are a late animation frame, not a fault worth listing
  const JUMP_LISTED = 0.05;
  const STAND_LISTED = 0.1;
  const SIGHT_EVERY = 0.1;
  const SETTLED_AFTER = 2; // a live player starts with a seek to its place
  const WIDTH = 16;
  const HEIGHT = 9;

  // How the media clock runs against the wall clock.
  class Clock {
    stalls = [];
    jumps = [];
    pausedSeconds = 0;
    first = null;
    last = null;

    seeking(wall) {
      if (!this.first || wall - this.first.wall >= SETTLED_AFTER) return;
      this.first = null;
      this.stalls = [];
      this.jumps = [];
    }

    // A seek under way is no rest: a player that hops over a hole makes its viewer wait.
    sample(wall, media, paused) {
      if (this.first === null) {
        if (media > 0 && !paused) this.first = this.last = { wall, media, seen: wall };
        return;
      }
      if (paused) this.pausedSeconds += wall - this.last.seen;
      else if (media === this.last.media) {
        this.last.seen = wall;
        return;
      } else this.advanced(wall, media);
      this.last = { wall, media, seen: wall };
    }

    // A clock that stood still and then leapt over the missing part did both.
    advanced(wall, media) {
      const went = media - this.last.media;
      const should = wall - this.last.wall;
      const stood = Math.max(this.last.seen - this.last.wall, should - went);
      const leapt = went - (wall - this.last.seen);
      if (stood >= STALL_LISTED) this.stalls.push({ wall: this.last.wall, media: this.last.media, seconds: stood });
      if (Math.abs(leapt) >= JUMP_LISTED && (leapt > 0 || went < 0)) {
        this.jumps.push({ wall, from: this.last.media, to: media, seconds: leapt });
      }
    }

    report(wall) {
      const standing = this.last && this.last.seen - this.last.wall;
      const stalls = standing >= STALL_LISTED
        ? [...this.stalls, { wall: this.last.wall, media: this.last.media, seconds: standing }]
        : this.stalls;
      return { wall, first: this.first, last: this.last, stalls, jumps: this.jumps, pausedSeconds: this.pausedSeconds };
    }
  }

  // What the element shows: a tiny picture, so that a splice is seen as a change of colour.
  class Sight {
    constructor(video) {
      this.video = video;
      const canvas = document.createElement("canvas");
      canvas.width = WIDTH;
      canvas.height = HEIGHT;
      this.context = canvas.getContext("2d", { willReadFrequently: true });
    }

    look() {
      this.context.drawImage(this.video, 0, 0, WIDTH, HEIGHT);
      const { data } = this.context.getImageData(0, 0, WIDTH, HEIGHT);
      const sum = [0, 0, 0];
      const luma = new Uint8Array(WIDTH * HEIGHT);
      for (let pixel = 0; pixel < luma.length; pixel++) {
        const [red, green, blue] = data.subarray(pixel * 4);
        luma[pixel] = (red * 54 + green * 183 + blue * 19) >> 8;
        sum[0] += red;
        sum[1] += green;
        sum[2] += blue;
      }
      return { colour: sum.map((channel) => Math.round(channel / luma.length)), luma: btoa(String.fromCharCode(...luma)) };
    }
  }

  // What the element sounds like: the strongest tone and how loud it is. Nothing reaches a loudspeaker.
  class Hearing {
    constructor(video) {
      const context = new AudioContext();
      this.analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
      const silence = new GainNode(context, { gain: 0 });
      context.createMediaElementSource(video).connect(this.analyser).connect(silence).connect(context.destination);
      this.spectrum = new Float32Array(this.analyser.frequencyBinCount);
      this.hertzPerBin = context.sampleRate / this.analyser.fftSize;
    }

    listen() {
      this.analyser.getFloatFrequencyData(this.spectrum);
      let strongest = 0;
      for (let bin = 1; bin < this.spectrum.length; bin++) {
        if (this.spectrum[bin] > this.spectrum[strongest]) strongest = bin;
      }
      return { hertz: Math.round(strongest * this.hertzPerBin), decibels: Math.round(Math.max(this.spectrum[strongest], -200)) };
    }
  }

  // The times for which no new picture was shown, which the media clock does not tell.
  class Pictures {
    stood = [];
    count = 0;
    last = null;

    constructor(video, clock, since) {
      const shown = (now, frame) => {
        const wall = now / 1000 - since;
        const seconds = wall - (this.last?.wall ?? wall);
        if (clock.first && seconds > STAND_LISTED) this.stood.push({ wall, media: frame.mediaTime, seconds });
        this.last = clock.first && { wall };
        this.count += 1;
        video.requestVideoFrameCallback(shown);
      };
      video.requestVideoFrameCallback(shown);
    }
  }

  // The subtitles that are shown now.
  const read = (video) => [...video.textTracks].flatMap((track) => [...(track.activeCues ?? [])].map(({ text }) => text)).join("\n");

  window.watchPlayback = (video, { sound = false } = {}) => {
    const since = performance.now() / 1000;
    const clock = new Clock();
    const sight = new Sight(video);
    const hearing = sound ? new Hearing(video) : null;
    const pictures = new Pictures(video, clock, since);
    const sights = [];
    const wallNow = () => performance.now() / 1000 - since;

    video.addEventListener("seeking", () => {
      clock.seeking(wallNow());
      if (clock.first === null) sights.length = 0;
    });
    const sample = () => {
      const wall = wallNow();
      clock.sample(wall, video.currentTime, video.paused);
      if (clock.first && wall - (sights.at(-1)?.wall ?? -1) >= SIGHT_EVERY) {
        sights.push({ wall, media: video.currentTime, height: video.videoHeight, ...sight.look(), ...hearing?.listen(), text: read(video) });
      }
      requestAnimationFrame(sample);
    };
    requestAnimationFrame(sample);

    const report = () => {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
      const { stood, count } = pictures;
      return {
        clock: clock.report(wallNow()),
        pictures: { presented: count, decoded: totalVideoFrames, dropped: droppedVideoFrames, stood },
        sights,
      };
    };
    return { report, wallNow, colour: () => sights.at(-1)?.colour ?? null };
  };
})();
