"""Jobs that want more than they asked for, through `berth submit` to `berth describe`: what ends them, in which words, and that
nothing of them stays in any cgroup. Where a limit cannot be enforced the daemon must say so instead."""

import pathlib
import sys

from daemon_under_test import Daemon

MORE = """
[plugins.local]
processes_max = 64
output_limit = "64Ki"
disk_limit = "8Mi"
disk_rest = "50ms"
"""
HOG = "import sys\nheld = bytearray()\nwhile True: held += bytes(1 << 20)"
CHILD_HOG = f"""
import subprocess, sys
child = subprocess.run([sys.executable, "-c", {HOG!r}])
print("the child ended with", child.returncode, flush=True)
sys.exit(SYS_EXIT)
"""
BOMB = """
import os, time
try:
    for _ in range(1000):
        if os.fork() == 0: time.sleep(1000)
except BlockingIOError:
    print("no more", flush=True)
"""


class Limits:
    """What this machine can enforce, as the daemon itself says."""

    def __init__(self, daemon):
        checks = daemon.get("/readyz")["checks"]
        self.warnings = [check["message"] for check in checks if "not enforced" in check["message"]
                         or "for each user" in check["message"]]
        print("not enforced here:", self.warnings or "nothing")

    def has(self, words):
        return not any(words in warning for warning in self.warnings)


def run(daemon, *arguments, memory="64Mi"):
    job_id = daemon.cli("submit", "--quiet", "--project", "eta", "--memory", memory, "--", *arguments).stdout.strip()
    job = daemon.await_end(job_id)
    text = daemon.cli("describe", job_id).stdout
    print(text)
    assert daemon.processes(job_id) == [], job_id
    left = [str(path) for path in pathlib.Path("/sys/fs/cgroup").rglob(f"*{job_id}*")]
    assert left == [], left
    return job, text


def expect(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is not in:\n{text}"


def memory(daemon):
    job, text = run(daemon, "python3", "-c", HOG)
    assert (job["phase"], job["reason"]) == ("Failed", "OOMKilled"), job
    expect(text, "out of memory: used ", " of 64Mi, 1 process killed", "137")
    assert job["pod_errors"][0]["reason"] == "OOMKilled", job["pod_errors"]
    assert job["exit_code"] == 137, job


def memory_of_a_child(daemon):
    job, text = run(daemon, "python3", "-c", CHILD_HOG.replace("SYS_EXIT", "3"))
    assert (job["phase"], job["reason"], job["exit_code"]) == ("Failed", "OOMKilled", 3), job
    expect(text, "exit code 3; out of memory: used ", " of 64Mi, 1 process killed")
    job, text = run(daemon, "python3", "-c", CHILD_HOG.replace("SYS_EXIT", "0"))
    assert job["phase"] == "Succeeded", job
    expect(text, "exit code 0; out of memory: used ", " of 64Mi, 1 process killed")


def enough_memory(daemon):
    job, text = run(daemon, "python3", "-c", "held = bytes(64 << 20); print(len(held))", memory="128Mi")
    assert (job["phase"], job["reason"]) == ("Succeeded", "Completed"), job
    assert "out of memory" not in text, text


def processes(daemon):
    job, text = run(daemon, "python3", "-c", BOMB, memory="1Gi")
    assert job["phase"] == "Succeeded", job
    expect(text, "more processes refused 1 time: it may have 64")


def output(daemon):
    job, text = run(daemon, "head", "-c", "1000000", "/dev/zero")
    assert job["phase"] == "Succeeded", job
    expect(text, "output cut: ", " of 976.5Ki are not kept")


def disk(daemon):
    job, text = run(daemon, "sh", "-c", "head -c 20000000 /dev/zero > $BERTH_SHARED/large; exec sleep 1000")
    assert (job["phase"], job["reason"]) == ("Failed", "Evicted"), job
    expect(text, "its folder takes more than 8Mi on disk")


def without_cgroups():
    with Daemon('[plugins.local]\ncgroup_root = "off"\n') as daemon:
        wanted = "memory limits are not enforced: cgroup_root is off"
        daemon.await_true("it says so", lambda: wanted in str(daemon.get("/readyz")))
        assert daemon.get("/readyz")["ready"] is True
        expect(daemon.cli("server", "status").stdout, "cluster west", wanted)
        expect(daemon.cli("clusters").stdout, wanted)
        log = (daemon.folder / "berthd.log").read_text()
        assert log.count(wanted) == 2, log  # once for each cluster
        status, _ = daemon.request("POST", "/v1/jobs", {
            "type": "command", "name": "test", "project": "eta", "command": {"run": ["true"]}})
        assert status == 201


def main():
    with Daemon(MORE) as daemon:
        daemon.await_true("it is ready", lambda: daemon.get("/readyz"))
        limits = Limits(daemon)
        if limits.has("memory"):
            memory(daemon)
            memory_of_a_child(daemon)
            enough_memory(daemon)
        if limits.has("processes"):
            processes(daemon)
        output(daemon)
        disk(daemon)
        daemon.assert_all_free()
    without_cgroups()
    return 0


if __name__ == "__main__":
    sys.exit(main())
