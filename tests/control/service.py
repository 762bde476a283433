"""A Midroll to talk to, which can be killed and started again."""

import pathlib
import socket
import subprocess
import time
import urllib.request

KEY = "AKIAMIDROLLTEST"
SECRET = "a-secret/that+is=long enough"

CONFIGURATION = """
listen = "127.0.0.1:{players}"
admin_listen = "127.0.0.1:{admin}"
data_dir = "data"

[control_api]
access_key_id = "{key}"
secret_access_key = "{secret}"

[[playback_configuration]]
name = "in-file"
video_content_source_url = "https://origin.example.com/live"
personalization_threshold_seconds = 8
cdn_configuration.ad_segment_url_prefix = "https://cdn.example.com/ads"
"""


class Service:
    def __init__(self, midroll, folder):
        self.midroll, self.folder = midroll, pathlib.Path(folder)
        ports = free_ports(2)
        self.players, self.admin = (f"http://127.0.0.1:{port}" for port in ports)
        text = CONFIGURATION.format(players=ports[0], admin=ports[1], key=KEY, secret=SECRET)
        (self.folder / "midroll.toml").write_text(text)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def start(self):
        self.log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [self.midroll, "serve", "--config", "midroll.toml"],
            cwd=self.folder,
            stdout=self.log,
            stderr=self.log,
        )
        self.wait()

    def restart(self):
        """Kills it and starts it again."""
        self.process.kill()
        self.process.wait()
        self.start()

    def wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.admin}/ready", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the service does not start:\n" + (self.folder / "log").read_text())


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
