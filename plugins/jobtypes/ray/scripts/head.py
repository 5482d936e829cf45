"""The head of a job's Ray cluster: starts it on free ports and publishes where it listens."""

import sys

sys.dont_write_bytecode = True  # the folder of these scripts belongs to the job's record

import argparse
import glob
import random
import re
import socket
import time

import dashboard
import endpoints
import ray_node
import temp_folder

TRIES_MAX = 5
FIRST_PORT = 20000  # Ray refuses ports of its own range for workers, 10002 to 19999
SETTLE_SECONDS_MIN = 3  # Ray looks once a second whether one of its processes has failed
SETTLE_SECONDS_MAX = 60
GIVE_WAY_SECONDS = 4
TAKEN = re.compile(r"already occupied|[Aa]ddress already in use|Failed to bind to")


def free_port():
    """Below the range from which the kernel gives ports to anybody who asks for any."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first_given = int(file.read().split()[0])
    for _ in range(1000):
        port = random.randrange(FIRST_PORT, max(first_given, FIRST_PORT + 1000))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    sys.exit("berth: no free port on 127.0.0.1 in 1000 tries")


class Head:
    """One try with one choice of ports."""

    def __init__(self, sizes, folder):
        self._folder = folder
        self._client = f"127.0.0.1:{free_port()}"
        self._dashboard = f"127.0.0.1:{free_port()}"
        self._settled = self._published = self._port_taken = False
        self._started_at = None
        self._give_up_at = time.monotonic() + SETTLE_SECONDS_MAX
        self._node = ray_node.start(self._arguments(sizes), folder, self._look_at)

    def _arguments(self, sizes):
        return [
            "start", "--head", "--block", "--port=0",
            f"--temp-dir={self._folder}",
            "--dashboard-host=127.0.0.1",
            "--dashboard-port=" + self._dashboard.rsplit(":", 1)[1],
            "--ray-client-server-port=" + self._client.rsplit(":", 1)[1],
            *ray_node.flags(sizes),
        ]  # fmt: skip

    def _look_at(self, line):
        if not self._settled and TAKEN.search(line):
            self._port_taken = True
        if "Ray runtime started" in line:
            self._started_at = time.monotonic()

    def _gcs(self):
        """None until Ray has noted the port that it chose and listens there."""
        for name in glob.glob(f"{self._folder}/session_latest/gcs_server_port_*"):
            with open(name, encoding="ascii") as file:
                port = file.read().strip()
            if port and endpoints.answers(f"127.0.0.1:{port}"):
                return f"127.0.0.1:{port}"
        return None

    def _publish_when_listening(self):
        gcs = self._gcs()
        if gcs and not self._port_taken:
            found = {"gcs": gcs, "client": self._client, "dashboard": self._dashboard}
            endpoints.publish(found)
            self._published = True
            print(f"berth: head listens: {found}", flush=True)

    def _settle(self):
        """Ours are the ports once both answer, the dashboard to this cluster's token."""
        if time.monotonic() > self._give_up_at:
            self._port_taken = True  # Ray goes on without a dashboard when its port was taken late
        if self._started_at is None or time.monotonic() - self._started_at < SETTLE_SECONDS_MIN:
            return
        if endpoints.answers(self._client):
            status, _ = dashboard.get(self._dashboard, "/api/v0/nodes?limit=1")
            self._settled = status == 200
            self._port_taken = self._port_taken or status in (401, 403, 404)

    def _give_way(self):
        # A SIGTERM while Ray is ending by itself makes it hang: it is let end first.
        code = self._node.end_within(GIVE_WAY_SECONDS)
        return self._node.stop() if code is None else code

    def run(self):
        """(exit code, True when another choice of ports may help)."""
        while True:
            code = self._node.end_within(0.1 if not self._settled else 1)
            if code is not None:
                return code, self._port_taken and not self._node.is_stopping
            if self._node.is_stopping:
                continue
            if self._port_taken and not self._settled:
                return self._give_way(), not self._node.is_stopping
            if not self._published:
                self._publish_when_listening()
            elif not self._settled:
                self._settle()


def run_head(sizes):
    for _ in range(TRIES_MAX):
        with temp_folder.fresh() as folder:
            try:
                code, ports_were_taken = Head(sizes, folder).run()
            finally:
                endpoints.withdraw()
        if not ports_were_taken:
            return code
        print("berth: a port was taken by another; trying with others", flush=True)
    return code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    ray_node.add_sizes(parser)
    sys.exit(run_head(parser.parse_args()))
