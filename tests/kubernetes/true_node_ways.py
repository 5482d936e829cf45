"""Parts of true_node_jobs.py: logs that are followed while they are written, and workers that find their head without Services."""

from site_on_bed import assert_nothing_left, pods_of
from true_node_site import Follower, kubectl, ray_job

TICKS = 8

# A task writes where its container's main process does.
TICKING = f"""
import ray, time
ray.init(logging_level="error")
@ray.remote(num_cpus=0)
def tick(who, number):
    with open("/proc/1/fd/1", "a") as log:
        print(who, "tick", number, time.time(), file=log, flush=True)
def there(node):
    return ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
nodes = {{"head" if "node:__internal_head__" in node["Resources"] else "work": node for node in ray.nodes()}}
for number in range({TICKS}):
    ray.get([tick.options(scheduling_strategy=there(node)).remote(who, number) for who, node in nodes.items()])
    print("driver tick", number, time.time(), flush=True)
    time.sleep(1)
"""


def came_as_written(log, role):
    """Words on when its ticks came. The first was there before the last was written, or all came at the end."""
    ticks = [(came, float(line.split()[-1])) for came, line in log.lines if line.startswith(f"{role} tick")]
    assert len(ticks) == TICKS, log.text
    assert ticks[0][0] < ticks[-1][1], f"{role}: {ticks}"
    return f"{role} {max(came - written for came, written in ticks):.1f} s"


def logs_are_followed(daemon, cluster):
    job_id = daemon.submit(ray_job("ticks", TICKING))
    daemon.await_running(job_id, 300)
    with Follower(daemon, job_id, "--role", "head") as head, Follower(daemon, job_id, "--role", "work") as work, \
            Follower(daemon, job_id, "--role", "driver") as driver:
        job = daemon.await_end(job_id, 300)
        assert [log.end() for log in (head, work, driver)] == [0, 0, 0]
    assert (job["phase"], job["attempts"]) == ("Succeeded", 1), job
    delays = [came_as_written(log, role) for log, role in ((head, "head"), (work, "work"), (driver, "driver"))]
    assert_nothing_left(cluster)
    print(f"{job_id}: three `berth logs -f --role` had {TICKS} lines each, at most so long after they were written: {', '.join(delays)};"
          " each ended with the job, exit code 0")


def worker_of(cluster, job_id):
    pods = pods_of(cluster, job_id, "work")
    assert len(pods) == 1, [pod["metadata"]["name"] for pod in pods]
    return pods[0]


def head_is_found_without_services(daemon, cluster):
    """Names of services mean nothing while DNS is down."""
    cluster.part("dns").stop()
    try:
        job_id = daemon.submit(ray_job("finds-head"))
        job = daemon.await_running(job_id, 300)
    finally:
        cluster.part("dns").start()
    assert job["workers"] == {"ready": 1, "wanted": 1}, job
    worker, head = worker_of(cluster, job_id), pods_of(cluster, job_id, "head")[0]
    name, address = worker["metadata"]["name"], head["status"]["podIP"]
    assert [each["name"] for each in worker["spec"]["initContainers"]] == ["find-head"], worker["spec"]["initContainers"]
    said = kubectl(cluster, "logs", name, "-c", "find-head")
    assert f"the head listens at {address}:6379" in said, said
    written = kubectl(cluster, "exec", name, "-c", "ray-worker", "--", "cat", "/berth/head").strip()
    assert written == f"{address}:6379", written
    main = worker["spec"]["containers"][0]
    assert "$(cat /berth/head)" in str(main.get("args")) + str(main.get("command")), main
    daemon.kill_job(job_id)
    assert_nothing_left(cluster)
    print(f"{job_id}: Running with a worker while DNS was down: `find-head` wrote {written} to /berth/head, which `ray start` read; nothing left")
