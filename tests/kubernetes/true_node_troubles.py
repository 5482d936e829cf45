"""Parts of true_node_jobs.py: pods that want more memory than they may have, and images that are not there."""

import datetime
import time

from site_on_bed import assert_nothing_left, pods_of
from true_node_site import described, ray_job, spark_job

SPARK_WANTS_MORE = """
kept = bytearray(3 << 30)
for page in range(0, len(kept), 4096):
    kept[page] = 1
"""

# Bit by bit: Ray watches its memory, and says of a task that it ends what that wanted. One that is faster is ended by the kernel, of which
# neither Ray nor, where cgroups are of version 1, Kubernetes is told.
RAY_WANTS_MORE = """
import ray, time
ray.init(logging_level="error")
@ray.remote(max_retries=0)
def want():
    kept = []
    while True:
        kept.append(b"x" * (10 << 20))
        time.sleep(0.1)
worker = next(node["NodeID"] for node in ray.nodes() if "node:__internal_head__" not in node["Resources"])
there = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(worker, soft=False)
ray.get(want.options(scheduling_strategy=there).remote())
"""


def end_of_container(cluster, job_id, group):
    """What Kubernetes says of the first one that ended in pods of that group."""
    for pod in pods_of(cluster, job_id, group):
        for status in pod["status"].get("containerStatuses", []):
            if end := status["state"].get("terminated"):
                return end
    return None


def in_seconds(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()


def show_delay(daemon, cluster, job_id, group):
    """From a container's end to the moment at which `berth describe` shows it. Kubernetes tells ends by whole seconds."""
    told = cluster.await_true("its container ends", lambda: end_of_container(cluster, job_id, group), 600)
    told_at = time.time()
    cluster.await_true("berth shows it", lambda: described(daemon, job_id).get("pod_errors"), 60)
    shown_at = time.time()
    ended = in_seconds(told["finishedAt"])
    print(f"a container ended at {told['finishedAt']} ({told['reason']}); the API server told it {told_at - ended:.1f} s after that second began,"
          f" `berth describe -o json` showed it {shown_at - ended:.1f} s after (looking takes up to 0.1 s and a command)")


def spark_driver_wants_more_memory(daemon, cluster):
    """Tried again as often as the job says, because it says that memory is worth another try."""
    job_id = daemon.submit(spark_job("wants-more", SPARK_WANTS_MORE, retry={"limit": 1, "on": ["OOMKilled"]}))
    show_delay(daemon, cluster, job_id, "driver")
    job = daemon.await_end(job_id, 600)
    assert (job["phase"], job["reason"], job["exit_code"], job["attempts"]) == ("Failed", "RetryLimitExceeded", 137, 2), job
    assert "lost by OOMKilled" in job["message"], job["message"]
    error = described(daemon, job_id)["pod_errors"][-1]
    assert (error["container"], error["exit_code"], error["reason"]) == ("spark-kubernetes-driver", 137, "OOMKilled"), error
    shown = daemon.cli("describe", job_id).stdout
    assert "OOMKilled" in shown and "137" in shown and "spark-kubernetes-driver" in shown, shown
    assert_nothing_left(cluster)
    print(f"{job_id}: a driver wanted 3 GiB of its 1152 MiB, twice: {job['reason']}: {job['message']}; {error}; nothing left")


def ray_task_wants_more_memory(daemon, cluster):
    """By default such an end is the job's at once."""
    job_id = daemon.submit(ray_job("wants-more", RAY_WANTS_MORE))
    job = daemon.await_end(job_id, 600)
    assert (job["phase"], job["reason"], job["attempts"]) == ("Failed", "OOMKilled", 1), job
    assert_nothing_left(cluster)
    print(f"{job_id}: a task on a Ray worker wanted ever more than its 1200 MiB: {job['reason']}: {job['message']}; nothing left")


def image_is_not_on_the_node(daemon, cluster):
    """Nothing is pulled here, so waiting cannot help."""
    job_id = daemon.submit(ray_job("no-image", more={"image": "localhost/nowhere:1"}))
    job = daemon.await_end(job_id, 600)
    assert (job["phase"], job["reason"], job["attempts"]) == ("Failed", "ImagePullFailed", 1), job
    assert "image localhost/nowhere:1 is not on the node, and may not be pulled" in job["message"], job["message"]
    shown = daemon.cli("describe", job_id).stdout
    assert job["message"] in shown, shown
    assert_nothing_left(cluster)
    print(f"{job_id}: {job['phase']} {job['reason']}: {job['message']}; nothing left")


def registry_does_not_answer(daemon, cluster):
    """It may yet: the job goes on waiting, and says for what."""
    pulled = {"spec": {"containers": [{"name": name, "imagePullPolicy": "Always"} for name in ("ray-head", "ray-worker")]}}
    job_id = daemon.submit(ray_job("no-registry", more={"image": "127.0.0.1:1/nowhere:1", "pod_template": pulled}))
    job = daemon.await_job(job_id, "says why", lambda job: "cannot pull image" in job["message"], 600)
    assert job["phase"] == "Launching" and "refused" in job["message"], job
    shown = daemon.cli("describe", job_id).stdout
    assert "cannot pull image 127.0.0.1:1/nowhere:1" in shown, shown
    print(f"{job_id}: {job['phase']}: {job['message']}")
    job = daemon.kill_job(job_id, seconds=600)
    assert (job["phase"], job["reason"]) == ("Killed", "KilledByUser"), job
    assert_nothing_left(cluster)
    print(f"{job_id}: killed, nothing left")
