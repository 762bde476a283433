// What plugins import as `video.js`: the one that the page has loaded.
export default window.videojs;
