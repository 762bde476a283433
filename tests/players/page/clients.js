// Clients of MediaTailor's tracking: each plays a session and keeps notes of what it makes of the ads.
//
// `window.clients.NAME(base, asset)` begins playing and gives `{ session, version }`; `window.notes` is what came since.
(() => {
  const video = document.getElementById("video");
  video.muted = true;
  const notes = { cues: 0, started: 0, completed: 0, starts: [], errors: [] };
  window.notes = notes;

  const shakaPlayer = async () => {
    const player = new shaka.Player();
    await player.attach(video);
    player.addEventListener("error", ({ detail }) => notes.errors.push(detail.code));
    const ads = player.getAdManager();
    ads.addEventListener(shaka.ads.Utils.CUEPOINTS_CHANGED, ({ cuepoints }) => {
      notes.cues = Math.max(notes.cues, cuepoints.length);
    });
    const on = (event, key) => ads.addEventListener(event, () => (notes[key] += 1));
    on(shaka.ads.Utils.AD_STARTED, "started");
    on(shaka.ads.Utils.AD_COMPLETE, "completed");
    const container = document.createElement("div");
    document.body.append(container);
    ads.setContainers(container, container);
    return { player, ads };
  };
  const session = (url) => new URL(url).searchParams.get("aws.sessionId");
  const opening = (base, asset) => `${base}/v1/session/demo/${asset}`;
  const begin = async (base, asset, more = {}) => {
    const answer = await fetch(opening(base, asset), { method: "POST", body: JSON.stringify(more) });
    const { manifestUrl, trackingUrl } = await answer.json();
    return { manifest: new URL(manifestUrl, base).href, tracking: new URL(trackingUrl, base).href };
  };

  window.clients = {
    // Shaka's own client of MediaTailor: it opens the session, polls and reports.
    shaka: async (base, asset) => {
      const { player, ads } = await shakaPlayer();
      const stream = await ads.requestMediaTailorStream(opening(base, asset), { adsParams: { device: "shaka" } });
      await player.load(stream);
      video.play();
      return { session: session(stream), version: shaka.Player.version };
    },

    // Shaka again, which reads ads from the playlist alone (SVTA 2053-2) and reports by that.
    signals: async (base, asset) => {
      const { player } = await shakaPlayer();
      const { manifest } = await begin(base, asset, { adSignaling: { enabled: "true" } });
      await player.load(manifest);
      video.play();
      return { session: session(manifest), version: shaka.Player.version };
    },

    // hls.js knows of no ads; where it puts their first segments is held against the tracking document.
    hlsjs: async (base, asset) => {
      const { manifest } = await begin(base, asset);
      const hls = new Hls();
      hls.on(Hls.Events.ERROR, (_, { fatal, details }) => fatal && notes.errors.push(details));
      hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => {
        notes.starts.push({ sequence: frag.sn, start: frag.start, date: frag.programDateTime, playing: video.currentTime, ad: frag.url.includes("/ad/") });
      });
      hls.loadSource(manifest);
      hls.attachMedia(video);
      video.play();
      return { session: session(manifest), version: Hls.version };
    },

    // The video.js plugin reads the document once, when it is begun: as soon as there are ads in it, of which it then
    // knows (`notes.known`). Those that come into the playlist later it never hears of.
    videojs: async (base, asset) => {
      const { manifest, tracking } = await begin(base, asset);
      await import("/videojs-mediatailor.js");
      const element = document.createElement("video-js");
      video.replaceWith(element);
      const player = videojs(element, { muted: true, autoplay: true, controls: true });
      player.on("error", () => notes.errors.push(player.error().message));
      player.src({ src: manifest, type: "application/vnd.apple.mpegurl" });
      const known = async () => (await (await fetch(tracking)).json()).avails.flatMap(({ ads }) => ads.map(({ adId }) => adId));
      const wait = setInterval(async () => {
        const ads = player.readyState() < 2 ? [] : await known();
        if (ads.length === 0 || notes.cues > 0) return;
        clearInterval(wait);
        notes.cues = 1;
        notes.known = ads;
        player.vjs_mediatailor_ssai({
          trackingUrl: tracking,
          adEventCallback: ({ eventType, currentTime }) => notes.starts.push({ event: eventType, playing: currentTime }),
        });
      }, 500);
      return { session: session(manifest), version: videojs.VERSION };
    },
  };
})();
