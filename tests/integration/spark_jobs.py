"""Real Spark jobs: one ends with its right result, one fails with its last words, one is killed; strangers get in nowhere, and
nothing is left of any. Needs BERTH_SPARK_VENV."""

import http.client
import os
import pathlib
import re
import stat
import subprocess
import sys

from daemon_under_test import SKIPPED, SPARK_VENV, Daemon

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "etc/examples"
SIZES = {"driver": {"cpu": 1, "memory": "1200Mi"}, "executors": {"replicas": 1, "cpu": 1, "memory": "1200Mi"}}
# It has an executor, says so, and goes on when it is told to.
WAITING = """
import os, time
from pyspark import SparkContext
with SparkContext() as spark:
    print("first", spark.range(10).sum(), flush=True)
    while not os.path.exists({go!r}):
        time.sleep(0.1)
    print("sum is", spark.range(1000).sum())
"""
FAILING = """
import sys
print("no column eta", file=sys.stderr)
sys.exit(3)
"""


def application(program, **section):
    return {"type": "spark", "name": "app", "project": "eta",
            "spark": {"main": "job.py", "sources": {"job.py": program}, **SIZES, **section}}


def said(daemon, job_id, *more):
    return daemon.cli("logs", job_id, *more).stdout


def assert_nothing_is_left(daemon, job_id):
    assert daemon.processes(job_id) == [], "processes are left"
    assert daemon.supervisors(job_id) == [], "a supervisor is left"
    shared = [*daemon.folder.glob(f"state/**/{job_id}-a*/shared")]
    assert shared == [], f"files are left: {shared}"
    daemon.assert_all_free()


def the_example_succeeds(daemon):
    told = daemon.cli("submit", str(EXAMPLES / "spark-pi.yaml"), "--wait").stdout
    assert re.search(r'Succeeded +"pi is about 3\.14070"', told), told
    assert re.search(r"Running +master 127\.0\.0\.1:\d+, workers 2/2", told), told
    assert_nothing_is_left(daemon, told.split()[0])
    print(told)


def a_failing_driver_is_quoted(daemon):
    job_id = daemon.submit(application(FAILING))
    job = daemon.await_end(job_id, 300)
    assert (job["phase"], job["reason"], job["exit_code"]) == ("Failed", "AppFailed", 3), job
    assert "exit code 3" in job["message"] and "no column eta" in job["message"], job
    assert_nothing_is_left(daemon, job_id)
    print(f"{job_id} Failed: {job['message']}")


def a_killed_one_leaves_nothing(daemon):
    job_id = daemon.submit(application(WAITING.format(go=str(daemon.folder / "never"))))
    await_first_task(daemon, job_id)
    before = len(daemon.processes(job_id))
    daemon.cli("kill", job_id, "--reason", "seen enough")
    assert daemon.await_end(job_id)["phase"] == "Killed"
    assert_nothing_is_left(daemon, job_id)
    print(f"{job_id} was killed with {before} processes; none is left")


# ---- strangers

def await_first_task(daemon, job_id):
    daemon.await_running(job_id)
    daemon.await_true("its driver has an executor", lambda: "first 45" in said(daemon, job_id), 300)


def ports_of(pids):
    """(address, port) of all that these processes listen on; addresses as the kernel writes them."""
    sockets = set()
    for pid in pids:
        for number in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            try:
                sockets.add(os.readlink(number))
            except OSError:
                pass
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                address, port = words[1].split(":")
                found.add((address, int(port, 16)))
    return found


LOOPBACK = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")
REQUESTS = [("GET", "/"), ("GET", "/json/"), ("GET", "/metrics/json"), ("GET", "/api/v1/applications"),
            ("GET", "/logPage/?appId=app&executorId=0&logType=stderr"), ("GET", "/static/webui.js"),
            ("POST", "/app/kill/?id=app&terminate=true"), ("POST", "/workers/kill/?host=127.0.0.1"),
            ("POST", "/v1/submissions/create"), ("POST", "/v1/submissions/killall"),
            ("TRACE", "/"), ("OPTIONS", "/")]


def status_of(port, method, path, token=None):
    """The HTTP status; None where no HTTP is spoken."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def pages_are_closed(daemon, job_id, secret):
    ports = ports_of(daemon.processes(job_id))
    assert all(address in LOOPBACK for address, _ in ports), f"listens beyond loopback: {ports}"
    pages = [port for _, port in ports if status_of(port, "GET", "/") is not None]
    assert len(pages) == 3, f"master, worker and driver have pages, found {pages} among {ports}"
    tried = 0
    for port in pages:
        for method, path in REQUESTS:
            # The secret itself is no key to pages, which want a signature made with it.
            for token in (None, "0" * 64, secret):
                status = status_of(port, method, path, token)
                assert status is None or status == 301 or status >= 400, f"{method} {path} at {port} got {status}"
                tried += 1
    print(f"{len(ports)} ports, all on loopback; {tried} requests to {len(pages)} pages without a signature, all refused")


def pages_open_with_a_signature(daemon, job_id, secret):
    scripts = pathlib.Path(__file__).resolve().parents[2] / "plugins/jobtypes"
    sys.path[:0] = [str(scripts / "spark/scripts"), str(scripts / "process_group/scripts")]
    import master_page
    signature = master_page.sign(secret)
    ui = daemon.cli("endpoint", job_id, "ui").stdout.strip()
    port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)", ui)[1])
    assert status_of(port, "GET", "/json/", signature) == 200
    app = next(word for word in said(daemon, job_id, "--role", "master").split() if word.startswith("app-"))
    for path in (f"/app/kill/?id={app}&terminate=true", "/workers/kill/?host=127.0.0.1"):
        status_of(port, "POST", path, signature)
    assert master_page.count_workers(f"127.0.0.1:{port}", secret) == 1, "a page ended a worker"


def run_stranger(daemon, name, program, secret):
    """One of Spark's programs, as anybody could start it; ends with what it says."""
    folder = daemon.folder / name
    folder.mkdir()
    conf = "" if secret is None else (f"spark.authenticate true\nspark.authenticate.secret {secret}\n"
                                      "spark.network.crypto.enabled true\n")
    (folder / "spark-defaults.conf").write_text(conf)
    environment = {"PATH": f"{SPARK_VENV}/bin:/usr/bin:/bin", "HOME": str(folder), "SPARK_LOCAL_IP": "127.0.0.1",
                   "SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_DIRS": str(folder)}
    log = open(folder / "log", "wb")
    return subprocess.Popen([str(word) for word in program], env=environment, cwd=folder, stdout=log, stderr=log,
                            stdin=subprocess.DEVNULL)


def strangers_are_refused(daemon, job_id):
    master = daemon.cli("endpoint", job_id, "master").stdout.strip()
    assert re.fullmatch(r"spark://127\.0\.0\.1:\d+", master), master
    program = daemon.folder / "stranger.py"
    program.write_text("from pyspark import SparkContext\nprint('got', SparkContext().range(10).sum())\n")
    worker = ["spark-class", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "-c", "1", "-m", "600m",
              "-d", daemon.folder / "stranger-work", master]
    submit = ["spark-submit", "--master", master, "--conf", "spark.ui.enabled=false", program]
    strangers = {"worker": run_stranger(daemon, "worker", worker, None),
                 "worker-wrong": run_stranger(daemon, "worker-wrong", worker, "0" * 64),
                 "driver": run_stranger(daemon, "driver", submit, None),
                 "driver-wrong": run_stranger(daemon, "driver-wrong", submit, "0" * 64)}
    for name, process in strangers.items():
        log = daemon.folder / name / "log"
        try:
            daemon.await_true(f"{name} is refused", lambda: "Failed to connect to master" in log.read_text(), 300)
        except AssertionError:
            print(log.read_text()[-3000:])
            raise
        finally:
            process.kill()
            process.wait()
        assert "got 45" not in log.read_text() and "Successfully registered" not in log.read_text(), log.read_text()
    told = said(daemon, job_id, "--role", "master")
    assert told.count("Registering worker") == 1 and told.count("Registering app") == 1, told
    print(f"{', '.join(strangers)}: refused at {master}")


def the_secret_is_not_shown(daemon, job_id, secret):
    for pid in [*daemon.processes(job_id), *daemon.supervisors(job_id)]:
        assert secret.encode() not in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes(), f"shown by {pid}"
    for path in daemon.folder.rglob("*"):
        if path.is_file() and secret.encode() in path.read_bytes():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, f"{path} can be read by others"
    for role in ("driver", "master", "executor"):
        assert secret not in said(daemon, job_id, "--role", role), f"the log of {role} shows the secret"


def a_closed_cluster(daemon):
    go = daemon.folder / "go"
    job_id = daemon.submit(application(WAITING.format(go=str(go))))
    await_first_task(daemon, job_id)
    secret = daemon.get(f"/v1/jobs/{job_id}/endpoints")["token"]
    the_secret_is_not_shown(daemon, job_id, secret)
    pages_are_closed(daemon, job_id, secret)
    pages_open_with_a_signature(daemon, job_id, secret)
    strangers_are_refused(daemon, job_id)
    go.touch()
    assert daemon.await_end(job_id, 300)["phase"] == "Succeeded"
    # Spark's own warnings may follow it.
    assert "sum is 499500" in said(daemon, job_id).splitlines(), said(daemon, job_id)
    assert_nothing_is_left(daemon, job_id)
    print(f"{job_id} Succeeded all the same")


def main():
    if not SPARK_VENV or not pathlib.Path(SPARK_VENV, "bin/spark-submit").exists():
        print("skipped: no Spark; `make test` installs it and names it in BERTH_SPARK_VENV")
        return SKIPPED
    with Daemon(f'[plugins.spark]\nvenv = "{SPARK_VENV}"\n') as daemon:
        the_example_succeeds(daemon)
        a_failing_driver_is_quoted(daemon)
        a_killed_one_leaves_nothing(daemon)
        a_closed_cluster(daemon)
    return 0


if __name__ == "__main__":
    sys.exit(main())
