"""A real berthd on a site of the bench's own, and what it costs."""

import json
import os
import pathlib
import shutil

from bench import BUILD, bench_folder
from daemon_under_test import Daemon, SocketConnection

TICKS = os.sysconf("SC_CLK_TCK")


class BenchDaemon(Daemon):
    """Daemon, with a site file as given and the plugins of build and bench in one folder."""

    def __init__(self, site):
        self.site_text = site
        super().__init__()

    def write_site(self, more, plugin_dir):
        moved = pathlib.Path(bench_folder()) / self.folder.name
        if moved != self.folder:
            shutil.move(self.folder, moved)
            self.folder, self.site, self.socket = moved, moved / "site.toml", str(moved / "control.sock")
        plugins = self.folder / "plugins"
        plugins.mkdir(mode=0o755)
        for file in [*(BUILD / "plugins").glob("*.so"), BUILD / "bench/plugins/bench_costless.so"]:
            shutil.copy(file, plugins)
        self.site.write_text(self.site_text)

    def throw_away(self):
        """Ends it without asking, and removes its folder."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def processor_seconds(self):
        """Of berthd so far, all its threads, without children."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def await_pools(self):
        self.await_true("every cluster has reported", lambda: self.get("/readyz") is not None)

    def submit_batch(self, requests):
        """Sends requests (dictionaries) as one batch; the ids, in their order."""
        lines = b"".join(json.dumps({"request": request}).encode() + b"\n" for request in requests)
        connection = SocketConnection(self.socket, 600)
        try:
            connection.request("POST", "/v1/jobs:batch", lines, {"Content-Type": "application/x-ndjson"})
            answers = [json.loads(line) for line in connection.getresponse().read().splitlines()]
        finally:
            connection.close()
        refused = [answer for answer in answers if "id" not in answer]
        if refused or len(answers) != len(requests):
            raise RuntimeError(f"{len(answers)} answers to {len(requests)} requests; refused: {refused[:1]}")
        return [answer["id"] for answer in answers]
