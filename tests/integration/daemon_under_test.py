"""A real berthd on a site of its own in a temporary folder, for tests. Standard library only."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("BERTH_BUILD", "build/dev")).resolve()
RAY_VENV = os.environ.get("BERTH_RAY_VENV", "")
SPARK_VENV = os.environ.get("BERTH_SPARK_VENV", "")
SKIPPED = 77

SITE = """
[server]
state_dir = "state"
socket = "control.sock"
plugin_dir = "{plugin_dir}"

[probes]
health_every = "200ms"

[owners.applied-ai]
[owners.eta-team]
parent = "applied-ai"
[projects.eta]
owner = "eta-team"

[clusters.west]
backend = "local"
region = "us-west"
[clusters.east]
backend = "local"
region = "us-east"

[pools.west-cpu]
cluster = "west"
owner = "eta-team"
nodes = [{{count = 2, cpu = 8, memory = "16Gi"}}]
[pools.west-gpu]
cluster = "west"
owner = "applied-ai"
nodes = [{{sku = "H100", count = 1, cpu = 8, memory = "16Gi", gpu = 4}}]
[pools.east-cpu]
cluster = "east"
nodes = [{{count = 2, cpu = 8, memory = "16Gi"}}]
{more}
"""


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Waits for its turn, as the command line does; with a timeout of Python's it would not.
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(self.timeout), 0))
        self.sock.connect(self.path)
        self.sock.settimeout(self.timeout)


class Daemon:
    """Use as a context: stops the daemon, kills its jobs and removes the folder at the end."""

    def __init__(self, more="", plugin_dir=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-test-"))
        self.site = self.folder / "site.toml"
        self.socket = str(self.folder / "control.sock")
        self.process = None
        self.write_site(more, plugin_dir or BUILD / "plugins")

    def write_site(self, more, plugin_dir):
        self.site.write_text(SITE.format(plugin_dir=plugin_dir, more=more))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        if exception[0] is not None:
            sys.stderr.write(self.log_tail())
        try:
            self.end_jobs()
        finally:
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        environment = dict(os.environ)
        if RAY_VENV:
            environment["PATH"] = f"{RAY_VENV}/bin:" + environment["PATH"]
        with open(self.folder / "berthd.log", "ab") as log:
            self.process = subprocess.Popen([BUILD / "bin/berthd", "--config", self.site], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, env=environment)
        self.await_true("berthd answers", lambda: self.get("/healthz") is not None)

    def kill(self):
        """kill -9, and nothing else."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        self.process.wait(timeout=60)

    def log_tail(self):
        return (self.folder / "berthd.log").read_text(errors="replace")[-6000:]

    def request(self, method, path, body=None, key=None, timeout=30, encoding="utf-8"):
        """Status and text; the bytes as they are where there is no encoding."""
        connection = SocketConnection(self.socket, timeout)
        headers = {"Idempotency-Key": key} if key else {}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            answer = response.read()
            return response.status, answer.decode(encoding) if encoding else answer
        finally:
            connection.close()

    def get(self, path):
        """The JSON answer; None when the daemon cannot be reached or says no."""
        try:
            status, body = self.request("GET", path)
        except (OSError, http.client.HTTPException):
            return None
        return json.loads(body) if status == 200 else None

    def job(self, job_id):
        return self.get(f"/v1/jobs/{job_id}")

    def command(self, *arguments):
        return [BUILD / "bin/berth", "--socket", self.socket, *arguments]

    def cli(self, *arguments, check=True):
        done = subprocess.run(self.command(*arguments), text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
        if check and done.returncode != 0:
            raise AssertionError(f"berth {arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def await_true(self, what, question, seconds=120):
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            answer = question()
            if answer:
                return answer
            if self.process.poll() is not None:
                raise AssertionError(f"berthd ended with {self.process.returncode} while waiting: {what}\n"
                                     + self.log_tail())
            time.sleep(0.02)
        raise AssertionError(f"not within {seconds} s: {what}\n" + self.log_tail())

    def await_end(self, job_id, seconds=120):
        ended = ("Succeeded", "Failed", "Killed")

        def finished():
            job = self.job(job_id)
            return job if job and job["phase"] in ended else None

        return self.await_true(f"{job_id} ends", finished, seconds)

    def end_jobs(self):
        """Nothing more is placed, and what runs ends."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        why = {"reason": "the test is over"}
        for cluster in self.get("/v1/clusters")["clusters"]:
            self.request("POST", f"/v1/clusters/{cluster['name']}:cordon", why)
        while jobs := self.get("/v1/jobs?limit=1000&phase=Scheduled,Launching,Running,Releasing,Killing")["jobs"]:
            for job in jobs:
                self.request("POST", f"/v1/jobs/{job['id']}:kill", why)
                self.await_end(job["id"])

    def processes(self, job_id):
        """Pids of living processes that carry this job in their environment."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if f"BERTH_JOB={job_id}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def supervisors(self, job_id):
        """Pids of the supervisors of this job's members."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"berth-supervise") and any(job_id.encode() in word for word in words):
                found.append(int(entry.name))
        return found

    def assert_all_free(self):
        for pool in self.get("/v1/pools")["pools"]:
            assert pool["free"] == pool["capacity"], f"still held: {pool}"


    def submit(self, body):
        status, text = self.request("POST", "/v1/jobs", body)
        assert status == 201, text
        return json.loads(text)["id"]

    def await_running(self, job_id, seconds=300):
        def running():
            job = self.job(job_id)
            assert job["phase"] not in ("Succeeded", "Failed", "Killed"), job
            return job if job["phase"] == "Running" else None

        return self.await_true(f"{job_id} runs", running, seconds)


def command(run, **fields):
    section = {"run": run, "cpu": fields.pop("cpu", 1), "memory": "64Mi"}
    return {"type": "command", "name": "test", "project": "eta", "command": section, **fields}
