// The page: starts players, one or two side by side, and says what is missing.
//
// Tests read `window.midroll.players`: each has `sessionId`, `video`, `hls`, `stalls`, `errors`,
// `avails`, `beacons` and `decisions`.

import { Player, playsNatively } from "./player.js";

const main = document.getElementById("players");
const more = document.getElementById("more");
const players = [];
window.midroll = { players };

function add() {
  const root = document.getElementById("player").content.firstElementChild.cloneNode(true);
  main.append(root);
  const player = new Player(root, `Viewer ${players.length + 1}`);
  players.push(player);
  player.start();
}

function show(count) {
  while (players.length < count) add();
  while (players.length > count) players.pop().stop();
  main.classList.toggle("two", count > 1);
  more.setAttribute("aria-pressed", String(count > 1));
  more.textContent = count > 1 ? "One player" : "Two players";
}

function sayWhatIsMissing() {
  if (window.Hls?.isSupported()) return;
  const missing = window.Hls
    ? "This browser has no Media Source Extensions, which hls.js needs."
    : "hls.js is not in this build: it comes from npm. Install Node, run scripts/demo, and it will be.";
  const instead = playsNatively()
    ? "The browser plays HLS by itself, so the picture is here all the same."
    : "And this browser does not play HLS by itself, so there is no picture here.";
  const notice = document.getElementById("notice");
  notice.textContent = `${missing} ${instead}`;
  notice.hidden = false;
}

more.addEventListener("click", () => show(players.length > 1 ? 1 : 2));
sayWhatIsMissing();
show(new URLSearchParams(location.search).get("players") === "2" ? 2 : 1);
