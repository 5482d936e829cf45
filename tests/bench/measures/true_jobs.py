"""Jobs that run `true`, end to end: real processes under real supervisors on the local backend."""

import time

from bench import measure
from bench_daemon import BenchDaemon

SITE = """
[server]
state_dir = "state"
socket = "control.sock"
plugin_dir = "plugins"
[owners.everybody]
[projects.eta]
owner = "everybody"
[clusters.here]
backend = "local"
[pools.cpu]
cluster = "here"
nodes = [{count = 8, cpu = 8, memory = "16Gi"}]
"""


def request(number):
    return {"type": "command", "name": f"true-{number}", "project": "eta",
            "command": {"run": ["true"], "cpu": 1, "memory": "16Mi"}}


@measure("true_jobs", "jobs that run `true`, from the batch to the last one succeeded and released; 64 have room at once")
def true_jobs(run):
    jobs = run.size(600, 5)
    for _ in run.times(5):
        daemon = BenchDaemon(SITE)
        try:
            daemon.start()
            daemon.await_pools()
            run.say(f"{jobs} jobs")
            spent, began = daemon.processor_seconds(), time.monotonic()
            ids = daemon.submit_batch([request(number) for number in range(jobs)])
            daemon.await_true("all have ended", lambda: daemon.get("/v1/server")["unfinished"] == 0, 600)
            took = time.monotonic() - began
            spent = daemon.processor_seconds() - spent
            assert daemon.job(ids[-1])["phase"] == "Succeeded"
            run.take("jobs", jobs / took, "1/s", aim=150)
            run.take("berthd's processor time", 1000 * spent / jobs, "ms/job", less_is_better=True)
        finally:
            daemon.throw_away()
