// The players' own page and the npm packages it loads, on loopback.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = join(dirname(fileURLToPath(import.meta.url)), "..");
const FILES = {
  "/": ["page/index.html", "text/html"],
  "/watch.js": ["page/watch.js", "text/javascript"],
  "/player.js": ["page/player.js", "text/javascript"],
  "/clients.js": ["page/clients.js", "text/javascript"],
  "/hls.js": ["node_modules/hls.js/dist/hls.min.js", "text/javascript"],
  "/shaka.js": ["node_modules/shaka-player/dist/shaka-player.compiled.js", "text/javascript"],
  "/video.js": ["node_modules/video.js/dist/video.min.js", "text/javascript"],
  "/videojs-module.js": ["page/videojs-module.js", "text/javascript"],
  "/videojs-mediatailor.js": ["node_modules/videojs-mediatailor-ssai/videojs-mediatailor-ssai.min.js", "text/javascript"],
};

/** The URL of the page and a function that ends its server. */
export async function servePage() {
  const server = createServer(async (request, response) => {
    const [file, type] = FILES[request.url] ?? [];
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": type }).end(await readFile(join(HERE, file)));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
