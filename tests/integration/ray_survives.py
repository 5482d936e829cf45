"""berthd is killed with -9 while a real Ray job runs; started again, the job ends with its right result, nothing ran twice,
nothing is left. Then an interactive cluster: a client connects with the job's token, a stranger does not."""

import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request

from daemon_under_test import RAY_VENV, SKIPPED, Daemon
from ray_client import ask_ray

PI = """
import ray, time, random
ray.init()
@ray.remote(num_gpus=1)
def inside(n):
    time.sleep(4)
    return sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(n))
n = 200000
print("pi is about", 4 * sum(ray.get([inside.remote(n) for _ in range(2)])) / (2 * n))
"""
RAY = {"head": {"cpu": 1, "memory": "1Gi"},
       "workers": [{"group": "gpu", "replicas": 2, "cpu": 1, "memory": "1Gi", "gpu": 1, "sku": "H100"}]}


def ray_job(**section):
    return {"type": "ray", "name": "pi", "project": "eta", "ray": {"ray_version": "2.60.0", **RAY, **section}}


def survives_a_kill(daemon, script):
    job_id = daemon.submit(ray_job(entrypoint=f"python {script}"))
    job = daemon.await_running(job_id)
    assert job["workers"] == {"ready": 2, "wanted": 2}, job
    print(f"{job_id} runs on {job['assignment']['cluster']}/{job['assignment']['pool']}: kill -9 of berthd")
    daemon.kill()
    daemon.start()
    job = daemon.await_end(job_id, 180)
    logs = daemon.cli("logs", job_id).stdout
    said = re.findall(r"pi is about (3\.1\d+)", logs)
    assert job["phase"] == "Succeeded" and len(said) == 1, f"{job}\n{logs}"
    assert job["attempts"] == 1, job
    assert daemon.processes(job_id) == [], "processes are left"
    daemon.assert_all_free()
    table = daemon.cli("explain", job_id).stdout
    assert "node_fit" in table and "* " in table and "west-gpu" in table, table
    print(f"{job_id} Succeeded after the restart: pi is about {said[0]}")


def run_alone(words, env, timeout):
    return subprocess.run(words, env={"PATH": "/usr/bin:/bin", "HOME": "/tmp", **env}, text=True, capture_output=True, timeout=timeout)


def status_without_token(url):
    try:
        return urllib.request.urlopen(url, timeout=30).status
    except urllib.error.HTTPError as refused:
        return refused.code


def clients_need_the_token(daemon):
    job_id = daemon.submit(ray_job())
    daemon.await_running(job_id)
    address = daemon.cli("endpoint", job_id, "client").stdout.strip()
    assert re.fullmatch(r"ray://127\.0\.0\.1:\d+", address), address
    token = daemon.get(f"/v1/jobs/{job_id}/endpoints")["token"]
    said = ask_ray(run_alone, address, token, "6 * 7")
    assert "client got 42" in said, said
    for door in (address, daemon.cli("endpoint", job_id, "gcs").stdout.strip()):
        assert "client got" not in ask_ray(run_alone, door, "0" * 64, "6 * 7"), f"a stranger got in at {door}"
    dashboard = daemon.cli("endpoint", job_id, "dashboard").stdout.strip()
    assert status_without_token(f"{dashboard}/api/v0/nodes") == 401, "a stranger reads the dashboard"
    daemon.cli("kill", job_id, "--reason", "seen enough")
    job = daemon.await_end(job_id)
    assert job["phase"] == "Killed" and daemon.processes(job_id) == [], job
    daemon.assert_all_free()
    print(f"{job_id}: a client with the token got 42 at {address}, a stranger nothing there, at the GCS or the dashboard; killed, nothing left")


def main():
    if not RAY_VENV or not pathlib.Path(RAY_VENV, "bin/ray").exists():
        print("skipped: no Ray; `make test` installs it and names it in BERTH_RAY_VENV")
        return SKIPPED
    with Daemon(f'[plugins.ray]\nvenv = "{RAY_VENV}"\n') as daemon:
        script = daemon.folder / "pi.py"
        script.write_text(PI)
        survives_a_kill(daemon, script)
        clients_need_the_token(daemon)
    return 0


if __name__ == "__main__":
    sys.exit(main())
