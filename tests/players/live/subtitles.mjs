// Subtitle segments as HLS wants them: a cue for every second, which says the channel's time.
import { fragment } from "./mp4.mjs";

/** The segment as WebVTT; `tick` is the media's 90 kHz timestamp at its start. */
export function webvtt({ start, seconds }, tick) {
  const cues = every({ start, seconds }).map(({ from, to, text }) => `${from} --> ${to}\n${text}\n`);
  // The segment's own start as the map: hls.js 1.7 takes one that comes to no offset at all for none.
  return `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${tick},LOCAL:${clock(start)}\n\n${cues.join("\n")}`;
}

/** The segment as a fragment of a `stpp` track whose clock begins with the channel. */
export function imsc({ number, start, seconds }) {
  const cues = every({ start, seconds }).map(({ from, to, text }) => `<p begin="${from}" end="${to}">${text}</p>`);
  const document = `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="en"
  ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text"><body><div>${cues.join("")}</div></body></tt>`;
  return fragment(number + 1, Math.round(start * 90_000), Math.round(seconds * 90_000), document);
}

function every({ start, seconds }) {
  const cues = [];
  for (let second = Math.ceil(start); second < start + seconds; second++) {
    cues.push({ from: clock(second), to: clock(second + 0.9), text: `programme ${clock(second).slice(0, 8)}` });
  }
  return cues;
}

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);
