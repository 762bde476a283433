// WebVTT segments as HLS wants them: a cue for every second, which says the channel's time.

/** The segment's text; `tick` is the media's 90 kHz timestamp at the channel's start. */
export function webvtt({ start, seconds }, tick) {
  const cues = [];
  for (let second = Math.ceil(start); second < start + seconds; second++) {
    cues.push(`${clock(second)} --> ${clock(second + 0.9)}\nprogramme ${clock(second).slice(0, 8)}\n`);
  }
  // The segment's own start as the map: hls.js 1.7 takes one that comes to no offset at all for none.
  return `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${Math.round(tick + start * 90_000)},LOCAL:${clock(start)}\n\n${cues.join("\n")}`;
}

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);
