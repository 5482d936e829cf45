"""A real berthd on a real file system that is full: reading and killing go on, new jobs are refused in words, /readyz and
`berth server status` say why, a start names the cause, and all is well by itself when there is room again. Needs root, to
mount a small file system; else it is skipped."""

import os
import pathlib
import subprocess
import sys
import tempfile

from daemon_under_test import BUILD, Daemon, command

SPARE_BYTES = 64 << 20
ROOM_FOR_SOME_JOBS = 8 << 20


class SmallDisk:
    """A file system of its own, in a temporary folder."""

    def __init__(self):
        plugins = sum(file.stat().st_size for file in (BUILD / "plugins").glob("*.so"))
        self.folder = tempfile.mkdtemp(prefix="berth-disk-")
        size = (plugins + SPARE_BYTES) >> 10
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k,mode=0700", "berth-test", self.folder],
                              capture_output=True, text=True)
        self.is_there = done.returncode == 0
        self.why_not = done.stderr.strip()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.is_there:
            subprocess.run(["umount", "-l", self.folder], check=True)
        os.rmdir(self.folder)

    def fill(self, leave=0):
        """Every byte of it, but for `leave`."""
        with open(pathlib.Path(self.folder) / "filler", "ab", buffering=0) as filler:
            piece = b"x" * (1 << 20)
            while len(piece) > 1:
                try:
                    filler.write(piece)
                except OSError:
                    piece = piece[:len(piece) // 2]
            if leave:
                filler.truncate(filler.tell() - leave)

    def make_room(self):
        os.unlink(pathlib.Path(self.folder) / "filler")


class FullDaemon(Daemon):
    """Its log is elsewhere, so that it can say why."""

    def __init__(self, log):
        super().__init__()
        os.symlink(log, self.folder / "berthd.log")

    def begin(self):
        with open(self.folder / "berthd.log", "ab") as log:
            self.process = subprocess.Popen([BUILD / "bin/berthd", "--config", self.site], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)


def expect(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is not in:\n{text}"


def waiting_job(number):
    return command(["/bin/sh", "-c", "true # " + "x" * 50_000], cpu=100) | {"name": f"w{number}"}


def submit_until_refused(daemon, accepted):
    for number in range(len(accepted), len(accepted) + 4000):
        status, text = daemon.request("POST", "/v1/jobs", waiting_job(number))
        if status != 201:
            return status, text
        accepted.append(text.split('"id":"')[1].split('"')[0])
    raise AssertionError("a full disk took 4000 jobs")


def store_check(daemon):
    status, text = daemon.request("GET", "/readyz")
    return status, text


def is_ready(daemon):
    return store_check(daemon)[0] == 200


def full_while_it_runs(daemon, disk, accepted, tally):
    status, text = daemon.request("POST", "/v1/jobs", command(["sleep", "600"]))
    assert status == 201, text
    running = text.split('"id":"')[1].split('"')[0]
    daemon.await_true("it runs", lambda: daemon.job(running)["phase"] == "Running")

    disk.fill(leave=ROOM_FOR_SOME_JOBS)
    status, text = submit_until_refused(daemon, accepted)
    assert status == 507, f"{status} {text}"
    expect(text, "StoreFull", "full", "free some")
    tally["submissions refused"] += 1
    told = daemon.cli("submit", "--project", "eta", "--", "true", check=False)
    assert told.returncode == 1, f"{told.returncode} {told.stderr}"
    expect(told.stderr, "full")

    status, text = store_check(daemon)
    assert status == 503, f"{status} {text}"
    expect(text, "is full")
    shown = daemon.cli("server", "status", check=False)
    assert shown.returncode == 1
    expect(shown.stdout, "not ready", "is full")
    for path in ("/v1/jobs?limit=10", f"/v1/jobs/{running}", f"/v1/jobs/{running}/events", "/v1/pools"):
        assert daemon.get(path) is not None, path
        tally["reads"] += 1

    daemon.cli("kill", running, "--reason", "the disk is full")
    assert daemon.await_end(running)["phase"] == "Killed"
    assert daemon.processes(running) == []
    for job in accepted[::2]:
        daemon.cli("kill", job, "--reason", "the disk is full")
        assert daemon.await_end(job)["phase"] == "Killed"
        tally["kills"] += 1
    tally["kills"] += 1


def starts_and_says_so(daemon, tally):
    daemon.process = None
    log = daemon.folder / "berthd.log"
    before = log.stat().st_size
    daemon.begin()
    answers = daemon.await_true("it answers or gives up", lambda: (
        "ended" if daemon.process.poll() is not None else daemon.get("/healthz") and "serves"))
    said = log.read_bytes()[before:].decode(errors="replace")
    expect(said, "is full" if answers == "ended" else "store_without_ballast")
    if answers == "serves":
        status, text = store_check(daemon)
        assert status == 503, text
        expect(text, "is full")
    tally[f"starts on a full disk: {answers}"] = tally.get(f"starts on a full disk: {answers}", 0) + 1


def play(disk):
    tally = {"submissions refused": 0, "reads": 0, "kills": 0}
    accepted = []
    log = tempfile.NamedTemporaryFile(dir="/tmp", prefix="berth-log-", suffix=".txt")
    with FullDaemon(log.name) as daemon:
        for turn in range(3):
            full_while_it_runs(daemon, disk, accepted, tally)
            daemon.stop()
            disk.fill()
            starts_and_says_so(daemon, tally)
            disk.make_room()
            if daemon.process.poll() is not None:
                daemon.start()
            daemon.await_true("it is ready by itself", lambda: is_ready(daemon))
            assert (daemon.folder / "state/ballast").exists()
            status, text = daemon.request("POST", "/v1/jobs", waiting_job(10_000 + turn))
            assert status == 201, text
            for job in accepted:
                assert daemon.job(job) is not None, f"{job} was acknowledged and is lost"
        assert accepted, "the disk was full before it had taken a job"
        print(f"3 times full: {tally}; {len(accepted)} jobs acknowledged meanwhile, all there")


def main():
    with SmallDisk() as disk:
        if not disk.is_there:
            print(f"skipped: a small file system cannot be mounted: {disk.why_not}")
            return 77
        tempfile.tempdir = disk.folder
        play(disk)
    return 0


if __name__ == "__main__":
    sys.exit(main())
