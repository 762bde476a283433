"""The demo's channel, ad server and sink, Midroll in front of them, S3, and viewers."""

import http.client
import json
import pathlib
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request


def free_port():
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return port.getsockname()[1]


def wait_for(url):
    for _ in range(300):
        try:
            return urllib.request.urlopen(url, timeout=5).read()
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


class World:
    """Ends what it started when it is left."""

    def __init__(self, midroll, folder):
        self.midroll, self.folder, self.started = midroll, pathlib.Path(folder), []
        self.demo, self.service, self.admin, self.s3 = (free_port() for _ in range(4))

    def __enter__(self):
        self.start([self.midroll, "demo", "--listen", f"127.0.0.1:{self.demo}", "--data-dir", self.folder / "demo"], "demo")
        wait_for(f"http://127.0.0.1:{self.demo}/demo/live/main.m3u8")
        return self

    def __exit__(self, *_):
        for program in self.started:
            program.terminate()
        for program in self.started:
            program.wait(30)

    def start(self, command, name):
        log = open(self.folder / f"{name}.log", "ab")
        program = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)
        self.started.append(program)
        return program

    def serve(self):
        base = f"http://127.0.0.1:{self.demo}"
        (self.folder / "midroll.toml").write_text(f"""
listen = "127.0.0.1:{self.service}"
admin_listen = "127.0.0.1:{self.admin}"
data_dir = "{self.folder}/data"
[logs]
rotate_bytes = 16384
personal_data = "hashed"
[logs.parquet]
url = "s3://logs/midroll"
endpoint = "http://127.0.0.1:{self.s3}"
access_key_id = "id"
secret_access_key = "secret"
[[playback_configuration]]
name = "demo"
video_content_source_url = "{base}/demo"
ad_decision_server_url = "{base}/demo/ads/vast?sid=[session.uuid]&dur=[session.avail_duration_secs]&ua=[session.user_agent]"
slate_ad_url = "{base}/demo/media/slate/main.m3u8"
""")
        program = self.start([self.midroll, "serve", "--config", self.folder / "midroll.toml"], "serve")
        wait_for(f"http://127.0.0.1:{self.admin}/ready")
        return program

    def sink(self):
        return json.loads(wait_for(f"http://127.0.0.1:{self.demo}/demo/sink"))


class Viewer(threading.Thread):
    """Plays for a while; one that leaves stops for good after some ad segments (some ads have two)."""

    def __init__(self, world, name, seconds, leaves_after=None):
        super().__init__(daemon=True)
        self.world, self.agent, self.seconds, self.leaves_after = world, f"Viewer/1.0 ({name})", seconds, leaves_after
        self.session, self.ads, self.failed = None, 0, None

    def get(self, path):
        link = http.client.HTTPConnection("127.0.0.1", self.world.service, timeout=10)
        link.request("GET", path, headers={"User-Agent": self.agent})
        answer = link.getresponse()
        body = answer.read().decode()
        link.close()
        return answer.status, answer.getheader("Location") or body

    def run(self):
        # What is raised in a thread ends the thread and nothing else.
        try:
            self.play()
        except BaseException as error:
            self.failed = repr(error)

    def play(self):
        master = "/v1/master/demo/live/main.m3u8"
        _, text = self.get(master)
        uri = next(line for line in text.splitlines() if line and not line.startswith("#"))
        manifest = urllib.parse.urljoin(master, uri)
        self.session = manifest.split("/")[4]
        seen, end = set(), time.monotonic() + self.seconds
        while time.monotonic() < end:
            for line in self.get(manifest)[1].splitlines():
                if line.startswith("ad/") and line not in seen:
                    seen.add(line)
                    status, leads_to = self.get(urllib.parse.urljoin(manifest, line))
                    if status != 302:
                        raise RuntimeError(f"{line} is not redirected but answered {status}")
                    # Slate is nothing that could be left half-way.
                    self.ads += "/slate/" not in leads_to
                    if self.leaves_after and self.ads >= self.leaves_after:
                        return
            time.sleep(1)
