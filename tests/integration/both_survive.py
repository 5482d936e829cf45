"""berthd is killed with -9 while a real Ray job and a real Spark job run; started again, both end with their right result, neither
ran twice, nothing is left of either. Needs BERTH_RAY_VENV and BERTH_SPARK_VENV."""

import pathlib
import re
import sys

from daemon_under_test import RAY_VENV, SKIPPED, SPARK_VENV, Daemon

# Both have begun when their first line is there, and go on when they are told to.
COUNT = """
import os, random, time
def count_inside(seed):
    chance = random.Random(seed)
    return sum(chance.random() ** 2 + chance.random() ** 2 < 1 for _ in range(200_000))
def go_on():
    print("begun", flush=True)
    while not os.path.exists({go!r}):
        time.sleep(0.1)
"""
RAY = COUNT + """
import ray
ray.init()
count = ray.remote(num_gpus=1)(count_inside)
first = ray.get(count.remote(0))
go_on()
inside = first + sum(ray.get([count.remote(seed) for seed in (1, 2, 3)]))
print(f"pi is about {{4 * inside / 800_000:.5f}}")
"""
SPARK = COUNT + """
from pyspark import SparkContext
with SparkContext() as spark:
    first = spark.parallelize([0], 1).map(count_inside).sum()
    go_on()
    inside = first + spark.parallelize([1, 2, 3], 3).map(count_inside).sum()
print(f"pi is about {{4 * inside / 800_000:.5f}}")
"""


def ray_job(daemon, go):
    program = daemon.folder / "pi.py"
    program.write_text(RAY.format(go=str(go)))
    workers = [{"group": "gpu", "replicas": 2, "cpu": 1, "memory": "1Gi", "gpu": 1, "sku": "H100"}]
    return {"type": "ray", "name": "ray-pi", "project": "eta",
            "ray": {"head": {"cpu": 1, "memory": "2Gi"}, "workers": workers, "entrypoint": f"python {program}"}}


def spark_job(go):
    return {"type": "spark", "name": "spark-pi", "project": "eta",
            "spark": {"main": "pi.py", "sources": {"pi.py": SPARK.format(go=str(go))},
                      "executors": {"replicas": 2, "cpu": 1, "memory": "1536Mi"}}}


def main():
    for name, venv, program in (("Ray", RAY_VENV, "ray"), ("Spark", SPARK_VENV, "spark-submit")):
        if not venv or not pathlib.Path(venv, "bin", program).exists():
            print(f"skipped: no {name}; `make test` installs it and names it in BERTH_{name.upper()}_VENV")
            return SKIPPED
    site = f'[plugins.ray]\nvenv = "{RAY_VENV}"\n[plugins.spark]\nvenv = "{SPARK_VENV}"\n'
    with Daemon(site) as daemon:
        go = daemon.folder / "go"
        jobs = [daemon.submit(ray_job(daemon, go)), daemon.submit(spark_job(go))]
        for job_id in jobs:
            job = daemon.await_running(job_id)
            assert job["workers"] == {"ready": 2, "wanted": 2}, job
            daemon.await_true(f"{job_id} has begun", lambda: "begun" in daemon.cli("logs", job_id).stdout, 300)
            print(f"{job_id} ({job['type']}) runs on {job['assignment']['cluster']}/{job['assignment']['pool']}")
        print("kill -9 of berthd")
        daemon.kill()
        go.touch()
        daemon.start()
        for job_id in jobs:
            job = daemon.await_end(job_id, 300)
            logs = daemon.cli("logs", job_id).stdout
            result = re.findall(r"pi is about (\S+)", logs)
            assert job["phase"] == "Succeeded" and result == ["3.14070"], f"{job}\n{logs}"
            assert job["attempts"] == 1 and logs.count("begun") == 1, f"{job}\n{logs}"
            assert daemon.processes(job_id) == [], "processes are left"
            print(f"{job_id} Succeeded: pi is about {result[0]}")
        daemon.assert_all_free()
    return 0


if __name__ == "__main__":
    sys.exit(main())
