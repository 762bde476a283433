// Everything around Midroll that a service has, on loopback: an encoder, nginx before what it writes, an ad server;
// and `midroll serve` in front.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { chmodSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CREATIVES, SLATE, startAdServer } from "./adserver.mjs";
import { WINDOW, publish } from "./channel.mjs";
import { PROGRAMME_TONE, encode } from "./encode.mjs";
import { SEGMENT } from "./kinds.mjs";
import { conditioned, makeFile } from "./shapes.mjs";

/** What the programme looks and sounds like. */
export const PROGRAMME = { title: "PROGRAMME", colour: "0x0b4a3d", hertz: PROGRAMME_TONE };

/**
 * Starts a channel of that kind in `directory`: `{ configurations, dataDir, sink, close }`. `configurations` are the
 * addresses of the channel in the two playback configurations by their names, and of the control (control.mjs); `close` ends all that was started.
 */
export async function startWorld(kind, directory, midroll) {
  const processes = [];
  const [port, listen, admin] = await freePorts(3);
  ["raw", "control"].forEach((name) => mkdirSync(join(directory, "live", name), { recursive: true }));
  await makeCreatives(kind, join(directory, "ads"));
  const origin = `http://127.0.0.1:${port}`;
  const ads = await startAdServer(`${origin}/ads`, kind);

  if (kind.encrypted) makeKey(join(directory, "live/raw"));
  processes.push(encode(kind, join(directory, "live/raw"), PROGRAMME, { wraps: kind.wraps?.channel }));
  const stop = publish(kind, join(directory, "live"));
  processes.push(spawn("nginx", ["-c", nginx(directory, port), "-e", join(directory, "nginx.log")], { stdio: "inherit" }));
  const config = configure(directory, kind, { listen, admin, origin, ads: ads.url });
  const log = openSync(join(directory, "midroll.log"), "w");
  processes.push(spawn(midroll, ["serve", "--config", config], { stdio: ["ignore", log, log] }));

  const close = () => {
    process.off("exit", close);
    stop();
    ads.close();
    processes.forEach((child) => child.kill());
  };
  process.once("exit", close);
  const enough = kind.preRoll ? WINDOW / SEGMENT : 4;
  await until(() => existsSync(join(directory, `live/raw/v1-${enough}.${kind.extension}`)), 60 + WINDOW);
  const address = (name) => `http://127.0.0.1:${listen}/v1/master/${name}/main.m3u8`;
  const configurations = { main: address("main"), other: address("other"), control: `${origin}/live/control/main.m3u8` };
  if (kind.files) await conditioned(CREATIVES, { master: configurations.main, ads: `${origin}/ads`, midroll, config, directory });
  return { configurations, dataDir: join(directory, "data"), sink: `${ads.url}/sink`, close };
}

async function makeCreatives(kind, directory) {
  mkdirSync(directory, { recursive: true });
  for (const { name, length, segment, look } of [...CREATIVES, SLATE]) {
    if (kind.files && name !== SLATE.name) {
      await makeFile(directory, name, look, length);
      continue;
    }
    const wraps = name === CREATIVES[0].name ? kind.wraps?.ad : undefined;
    mkdirSync(join(directory, name), { recursive: true });
    const ffmpeg = encode(kind, join(directory, name), look, { length, segment, wraps });
    const code = await new Promise((ended) => ffmpeg.on("close", ended));
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  }
}

// Without an initialisation vector, so that it is the media sequence number (RFC 8216 §5.2).
function makeKey(directory) {
  writeFileSync(join(directory, "key.bin"), randomBytes(16));
  writeFileSync(join(directory, "key.info"), `key.bin\n${join(directory, "key.bin")}\n`);
}

function nginx(directory, port) {
  chmodSync(directory, 0o755);
  const file = join(directory, "nginx.conf");
  writeFileSync(file, `daemon off; worker_processes 1; pid ${directory}/nginx.pid; ${process.getuid() === 0 ? "user root;" : ""}
events {}
http {
  access_log ${directory}/access.log; client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; video/mp4 mp4 m4s; text/vtt vtt; }
  server { listen 127.0.0.1:${port}; root ${directory}; add_header Access-Control-Allow-Origin *;
    location ~ /live/.*m3u8$ { add_header Access-Control-Allow-Origin *; add_header Cache-Control no-cache; } }
}
`);
  return file;
}

function configure(directory, kind, { listen, admin, origin, ads }) {
  const preRoll = `[playback_configuration.live_pre_roll_configuration]
ad_decision_server_url = "${ads}/vast?set=pre-roll&sid=[session.uuid]"
max_duration_seconds = 30
`;
  const configuration = (name) => `
[[playback_configuration]]
name = "${name}"
video_content_source_url = "${origin}/live"
ad_decision_server_url = "${ads}/vast?set=${name}&sid=[session.uuid]&dur=[session.avail_duration_secs]"
slate_ad_url = "${origin}/ads/slate/main.m3u8"
${kind.preRoll ? preRoll : ""}`;
  const file = join(directory, "midroll.toml");
  writeFileSync(file, `listen = "127.0.0.1:${listen}"
admin_listen = "127.0.0.1:${admin}"
data_dir = "${join(directory, "data")}"
${configuration("main")}${configuration("other")}`);
  return file;
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((listening) => server.on("listening", listening))));
  const ports = servers.map((server) => server.address().port);
  servers.forEach((server) => server.close());
  return ports;
}

async function until(is, seconds) {
  for (const began = Date.now(); !is(); await sleep(200)) {
    if (Date.now() - began > seconds * 1000) throw new Error(`nothing was to be played after ${seconds} s`);
  }
}
