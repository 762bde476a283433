// Plays one HLS URL in one of the players, and keeps a diary of what the player says about it.
(() => {
  const video = document.getElementById("video");
  const diary = { errors: [], fragments: [], notes: [] };
  let wallNow = () => 0;

  const note = (what, detail) => diary.notes.push({ wall: wallNow(), media: video.currentTime, what, detail });
  const error = (fatal, what, detail) => {
    diary.errors.push({ wall: wallNow(), media: video.currentTime, fatal, what, detail });
  };

  // A media segment coming on screen: `splice` counts discontinuities.
  const hlsjs = async (url, { language, subtitles }) => {
    const hls = new Hls({
      enableWorker: true,
      ...(language && { audioPreference: { lang: language } }),
      ...(subtitles && { subtitlePreference: { lang: subtitles } }),
    });
    hls.subtitleDisplay = true;
    const buffers = {};
    hls.on(Hls.Events.BUFFER_CREATED, (_, { tracks }) => Object.entries(tracks).forEach(([type, { buffer }]) => (buffers[type] = buffer)));
    hls.on(Hls.Events.ERROR, (_, data) => {
      const what = data.details;
      // A load that hls.js has itself called off, as where subtitles are chosen at the start.
      if (what === Hls.ErrorDetails.INTERNAL_ABORTED) note("called off", `${data.frag?.type} ${data.frag?.sn}`);
      else if (what === Hls.ErrorDetails.BUFFER_APPEND_NO_PROGRESS && holds(buffers, data.frag)) note("false alarm", `${what}, ${data.frag.type} ${data.frag.sn}`);
      else error(data.fatal, what, data.error?.message ?? data.reason);
    });
    hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => {
      diary.fragments.push({
        wall: wallNow(), media: frag.start, sequence: frag.sn, splice: frag.cc, url: frag.url, date: frag.programDateTime,
      });
    });
    hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => note("level", hls.levels[level].height));
    hls.loadSource(url);
    hls.attachMedia(video);
    const another = () => {
      hls.currentLevel = (hls.currentLevel + 1) % hls.levels.length;
    };
    return { version: Hls.version, date: () => hls.playingDate?.getTime() ?? null, another, stop: () => hls.destroy() };
  };

  // Whether the buffers have all of a fragment. hls.js 1.7 says of a fragment that is there that appending it brought
  // nothing, when a fragment of the other kind is done in the same instant: that one's blocker steps every queue
  // (`blockBuffers`), past an append that has ended but whose `updateend` is still to come. On any stream.
  const holds = (buffers, { start, end, elementaryStreams }) =>
    Object.keys(elementaryStreams).filter((type) => elementaryStreams[type]).every((type) => {
      const ranges = buffers[type].buffered;
      return [...Array(ranges.length).keys()].some((i) => ranges.start(i) <= start + TOLERANCE && ranges.end(i) >= end - TOLERANCE);
    });
  const TOLERANCE = 0.05; // as hls.js has it

  const shakaPlayer = async (url, { language, subtitles }) => {
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.configure({
      ...(language && { preferredAudio: [{ language }] }),
      ...(subtitles && { preferredText: [{ language: subtitles }] }),
    });
    await player.attach(video);
    const name = (code) => Object.entries(shaka.util.Error.Code).find(([, value]) => value === code)?.[0] ?? code;
    player.addEventListener("error", ({ detail }) => {
      error(detail.severity === shaka.util.Error.Severity.CRITICAL, name(detail.code), String(detail.data));
    });
    player.addEventListener("gapjumped", () => note("gapjumped"));
    player.addEventListener("stalldetected", () => note("stalldetected"));
    player.addEventListener("adaptation", ({ newTrack }) => note("level", newTrack?.height));
    await player.load(url);
    if (subtitles) player.selectTextTrack(player.getTextTracks()[0]);
    const another = () => {
      player.configure({ abr: { enabled: false } });
      const tracks = player.getVariantTracks();
      const now = tracks.find(({ active }) => active);
      // What is buffered goes, as in hls.js.
      player.selectVariantTrack(tracks.find(({ language, height }) => language === now.language && height !== now.height), true);
    };
    const date = () => player.getPlayheadTimeAsDate()?.getTime() ?? null;
    return { version: shaka.Player.version, date, another, stop: () => player.destroy() };
  };

  window.startPlayback = async ({ player, url, sound, ...how }) => {
    video.muted = !sound;
    const watch = watchPlayback(video, { sound });
    wallNow = watch.wallNow;
    video.addEventListener("error", () => error(true, "media element", video.error?.message));
    const playing = await (player === "shaka" ? shakaPlayer : hlsjs)(url, how);
    // A live player seeks to its edge by itself; the promise settles only once it plays.
    video.play().catch((reason) => error(true, "play refused", String(reason)));
    window.switchPicture = () => {
      note("switch", video.videoHeight);
      playing.another();
    };
    window.playbackReport = () => ({ player, version: playing.version, date: playing.date(), ...watch.report(), ...diary });
    /** Nothing is asked for any more. */
    window.stopPlayback = () => playing.stop();
    window.playbackState = () => ({
      media: video.currentTime,
      date: playing.date(),
      buffered: [...Array(video.buffered.length).keys()].map((i) => [video.buffered.start(i), video.buffered.end(i)]),
      colour: watch.colour(),
    });
  };
})();
