"""A daemon whose jobs all wait, as its one cluster is cordoned."""

import pathlib
import time

from bench_daemon import BenchDaemon

SITE = """
[server]
state_dir = "state"
socket = "control.sock"
plugin_dir = "plugins"
[limits]
jobs_unfinished_max = 10000000
batch_bytes_max = "4Gi"
[owners.eta-team]
[projects.eta]
owner = "eta-team"
[clusters.west]
backend = "bench.costless"
[pools.cpu]
cluster = "west"
owner = "eta-team"
nodes = [{count = 4, cpu = 8, memory = "64Gi"}]
"""


class WaitingDaemon(BenchDaemon):
    """Use as a context."""

    def __init__(self, run):
        super().__init__(SITE)
        self.run = run

    def __enter__(self):
        self.start()
        self.await_pools()
        status, answer = self.request("POST", "/v1/clusters/west:cordon", {"reason": "the bench"})
        if status != 200:
            raise RuntimeError(answer)
        return self

    def __exit__(self, *exception):
        self.throw_away()

    def load(self, what, *options):
        """What the client of native/client says, and berthd's processor time for it."""
        before = self.processor_seconds()
        said = self.run.program("client", what, "--socket", self.socket, *options)[0]
        return {**said, "daemon_seconds": self.processor_seconds() - before}

    def fill(self, jobs, shapes=1, first=0):
        """`jobs` more waiting ones, by one batch."""
        said = self.load("batch", "--jobs", jobs, "--shapes", shapes, "--first", first)
        if said["accepted"] != jobs:
            raise RuntimeError(f"of {jobs} jobs {said['accepted']} were accepted")
        return said

    def private_bytes(self):
        """Memory that is this process's alone and in use: what was given back does not count."""
        return 1024 * sum(int(line.split()[1])
                          for line in pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
                          if line.startswith(("Private_Dirty:", "Private_Clean:")))

    def take_up_again(self):
        """Starts it again; seconds until it serves lists, and until it has decided about every class."""
        newest = self.get("/v1/jobs?limit=1")["jobs"][0]["id"]
        self.stop()
        began = time.monotonic()
        self.start()
        self.await_true("lists are served", lambda: self.get("/v1/jobs?limit=1"))
        serves = time.monotonic() - began
        self.await_true("it has decided", lambda: "cordoned" in (self.job(newest) or {}).get("message", ""), 600)
        return serves, time.monotonic() - began
