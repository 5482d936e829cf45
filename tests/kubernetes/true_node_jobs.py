"""Real Ray and real Spark in pods of a true node, by berthd: results, ends, logs, and that nothing stays."""

import subprocess
import sys
import time
import urllib.error
import urllib.request

import programs
from bed import Bed
from ray_client import ask_ray
from site_on_bed import assert_nothing_left, pods_of
from true_node_site import follow, furnish, ray_job, site_of, spark_job
from true_node_troubles import image_is_not_on_the_node, ray_task_wants_more_memory, registry_does_not_answer, spark_driver_wants_more_memory
from true_node_ways import head_is_found_without_services, logs_are_followed

EXPRESSION = "sum(n * n for n in range(1000))"
VALUE = "332833500"

SQUARES = """
import ray
ray.init(logging_level="error")
@ray.remote
def square(n):
    return n * n
print("the sum is", sum(ray.get([square.remote(n) for n in range(10)])), flush=True)
"""


def run_alone(words, env, timeout):
    return subprocess.run(words, env={"PATH": "/usr/bin:/bin", "HOME": "/tmp", **env}, text=True, capture_output=True, timeout=timeout)


def status_without_token(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def token_for_clients(daemon, job_id):
    """As people get it: `eval "$(berth endpoint JOB --env)"`."""
    lines = daemon.cli("endpoint", job_id, "client", "--env").stdout
    shell = subprocess.run(["/bin/sh", "-c", f'{lines}\nprintf %s "$RAY_AUTH_TOKEN"'], text=True, capture_output=True, check=True)
    return shell.stdout


def client_gets_in_by_token(daemon, cluster):
    job_id = daemon.submit(ray_job("cluster"))
    job = daemon.await_running(job_id)
    assert job["workers"] == {"ready": 1, "wanted": 1}, job
    address = daemon.cli("endpoint", job_id, "client").stdout.strip()
    head = pods_of(cluster, job_id, "head")[0]["status"]["podIP"]
    assert address == f"ray://{head}:10001", address
    said = ask_ray(run_alone, address, token_for_clients(daemon, job_id), EXPRESSION)
    assert f"client got {VALUE}" in said, said
    for name in ("client", "gcs"):
        said = ask_ray(run_alone, daemon.cli("endpoint", job_id, name).stdout.strip(), None, EXPRESSION)
        assert "client got" not in said, said
    dashboard = daemon.cli("endpoint", job_id, "dashboard").stdout.strip()
    assert status_without_token(f"{dashboard}/api/v0/nodes") == 401, "a stranger reads the dashboard"
    job = daemon.kill_job(job_id)
    assert (job["phase"], job["reason"]) == ("Killed", "KilledByUser"), job
    assert_nothing_left(cluster)
    print(f"{job_id}: a client with the token got {VALUE} at {address}; without it nothing there, at the GCS, at the dashboard; killed, nothing left")


def succeeds(daemon, cluster, body, words, seconds):
    """One whose log, followed, has these words."""
    job_id = daemon.submit(body)
    with follow(daemon, job_id) as log:
        job = daemon.await_end(job_id, seconds)
        assert log.end() == 0
    assert (job["phase"], job["exit_code"], job["attempts"]) == ("Succeeded", 0, 1), job
    said = next((line for _, line in log.lines if words in line), None)
    assert said, log.text
    assert_nothing_left(cluster)
    print(f"{job_id}: a {body['type']} job Succeeded; `berth logs -f` had \"{said}\"; nothing left")


def fails(daemon, cluster, body, seconds):
    """One that ends with 3 after its last words."""
    job_id = daemon.submit(body)
    job = daemon.await_end(job_id, seconds)
    assert (job["phase"], job["reason"], job["exit_code"], job["attempts"]) == ("Failed", "AppFailed", 3, 1), job
    assert job["message"] == "exit code 3; last line: no column eta", job
    assert_nothing_left(cluster)
    print(f"{job_id}: a {body['type']} job Failed: {job['reason']}: {job['message']}; nothing left")


def ray_job_succeeds(daemon, cluster):
    succeeds(daemon, cluster, ray_job("squares", SQUARES), "the sum is 285", 180)


def ray_job_fails(daemon, cluster):
    program = SQUARES + "import sys\nprint('no column eta', file=sys.stderr, flush=True)\nsys.exit(3)"
    fails(daemon, cluster, ray_job("fails", program), 180)


PI = """
import random
from pyspark import SparkContext
def count_inside(seed):
    chance = random.Random(seed)
    return sum(chance.random() ** 2 + chance.random() ** 2 < 1 for _ in range(100_000))
with SparkContext() as spark:
    inside = spark.range(4, numSlices=4).map(count_inside).sum()
print(f"pi is about {4 * inside / 400_000:.5f}", flush=True)
"""

SPARK_FAILS = """
import sys
from pyspark import SparkContext
with SparkContext() as spark:
    spark.range(10).count()
print("no column eta", file=sys.stderr, flush=True)
sys.exit(3)
"""


def spark_succeeds(daemon, cluster):
    succeeds(daemon, cluster, spark_job("pi", PI), "pi is about 3.1", 240)


def spark_fails(daemon, cluster):
    fails(daemon, cluster, spark_job("fails", SPARK_FAILS), 300)


PARTS = (client_gets_in_by_token, ray_job_succeeds, ray_job_fails, spark_succeeds, spark_fails, spark_driver_wants_more_memory,
         ray_task_wants_more_memory, image_is_not_on_the_node, registry_does_not_answer, logs_are_followed)


def play():
    with Bed() as bed:
        cluster = bed.up("one", node=True)
        furnish(cluster)
        play_parts(site_of(cluster), cluster, PARTS)
        play_parts(site_of(cluster, '[plugins.ray]\nclusters_without_services = ["one"]\n'), cluster, [head_is_found_without_services])
    print(f"{len(PARTS) + 1} of {len(PARTS) + 1} passed")


def play_parts(site, cluster, parts):
    with site as daemon:
        daemon.await_clusters()
        for part in parts:
            begun = time.monotonic()
            part(daemon, cluster)
            print(f"   {part.__name__} took {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(programs.run(play, node=True, venvs=["ray", "spark"]))
