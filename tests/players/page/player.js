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
    hls.on(Hls.Events.ERROR, (_, data) => error(data.fatal, data.details, data.error?.message ?? data.reason));
    hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => {
      diary.fragments.push({
        wall: wallNow(), media: frag.start, sequence: frag.sn, splice: frag.cc, url: frag.url, date: frag.programDateTime,
      });
    });
    hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => note("level", hls.levels[level].height));
    hls.loadSource(url);
    hls.attachMedia(video);
    return { version: Hls.version, date: () => hls.playingDate?.getTime() ?? null };
  };

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
    return { version: shaka.Player.version, date: () => player.getPlayheadTimeAsDate()?.getTime() ?? null };
  };

  window.startPlayback = async ({ player, url, sound, ...how }) => {
    video.muted = !sound;
    const watch = watchPlayback(video, { sound });
    wallNow = watch.wallNow;
    video.addEventListener("error", () => error(true, "media element", video.error?.message));
    const playing = await (player === "shaka" ? shakaPlayer : hlsjs)(url, how);
    // A live player seeks to its edge by itself; the promise settles only once it plays.
    video.play().catch((reason) => error(true, "play refused", String(reason)));
    window.playbackReport = () => ({ player, version: playing.version, date: playing.date(), ...watch.report(), ...diary });
    window.playbackState = () => ({
      media: video.currentTime,
      date: playing.date(),
      buffered: [...Array(video.buffered.length).keys()].map((i) => [video.buffered.start(i), video.buffered.end(i)]),
      colour: watch.colour(),
    });
  };
})();
