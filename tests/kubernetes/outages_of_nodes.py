"""Operators that are down, and nodes that are drained or lost. Part of simulated_outages.py."""

import simulated
from api import path_of
from outages_of_servers import kill_all, objects_of
from simulated_site import all_is_free, name_of, on_one
from site_on_bed import assert_nothing_left, of_job, pods_of

AGAIN = {"limit": 2, "on": ["NodeLost"]}


def operator_is_down(daemon, one):
    """Nobody makes pods of an object, nor says anything of it; a kill takes no operator."""
    one.part("kuberay").stop()
    try:
        jobs = [daemon.submit(on_one(name)) for name in ("patient", "killed")]
        for job_id in jobs:
            one.await_true("its object is there", lambda job_id=job_id: objects_of(one, job_id))
        said = daemon.await_job(jobs[0], "is launching", lambda job: job["phase"] == "Launching" and job["message"])
        assert daemon.kill_job(jobs[1])["phase"] == "Killed"
        assert_nothing_left(one, of_job(jobs[1]))
        assert daemon.job(jobs[0])["phase"] == "Launching", daemon.job(jobs[0])
    finally:
        one.part("kuberay").start()
    assert daemon.await_running(jobs[0])["attempts"] == 1
    kill_all(daemon, one, jobs[:1])
    print(f"without its operator a job was {said['phase']}, saying: {said['reason']} {said['message']}".rstrip())
    print("another was killed meanwhile and left nothing; when the operator was back, the first ran")


def operator_is_down_at_a_release(daemon, one):
    job_id = daemon.submit(on_one("runs-on"))
    daemon.await_running(job_id)
    one.part("kuberay").kill()
    try:
        assert daemon.kill_job(job_id)["phase"] == "Killed"
        assert_nothing_left(one, of_job(job_id))
    finally:
        one.part("kuberay").start()
    all_is_free(daemon)
    print("a running job was killed while its operator was down, and left nothing")


def evict(cluster, pod):
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name_of(pod), "namespace": "ml"}}
    cluster.api.ask("POST", path_of("Pod", name_of(pod), "ml") + "/eviction", body)


def start_on_a_node(daemon, cluster, name, again):
    """Job, and the node on which its head is."""
    job_id = daemon.submit(on_one(name, retry=again))
    daemon.await_running(job_id)
    return job_id, pods_of(cluster, job_id, "head")[0]["spec"]["nodeName"]


def await_second_attempt(daemon, cluster, job_id, node):
    """The words with which the first ended."""
    daemon.await_job(job_id, "runs again", lambda job: job["attempts"] == 2 and job["phase"] == "Running")
    pods = pods_of(cluster, job_id)
    assert pods and {pod["metadata"]["labels"]["berth.dev/attempt"] for pod in pods} == {"2"}, pods
    assert all(pod["spec"]["nodeName"] != node for pod in pods), pods
    assert objects_of(cluster, job_id) == [f"{job_id}-a2"], objects_of(cluster, job_id)
    first = daemon.get(f"/v1/jobs/{job_id}/attempts")["attempts"][0]
    daemon.kill_job(job_id)
    assert_nothing_left(cluster, of_job(job_id))
    return f"{first['reason']}: {first['message']}"


def node_is_drained(daemon, one):
    job_id, node = start_on_a_node(daemon, one, "drained", {"limit": 2, "on": ["Evicted"]})
    one.api.patch("Node", node, {"spec": {"unschedulable": True}})
    for pod in pods_of(one, job_id):
        if pod["spec"]["nodeName"] == node:
            evict(one, pod)
    words = await_second_attempt(daemon, one, job_id, node)
    one.api.patch("Node", node, {"spec": {"unschedulable": False}})
    all_is_free(daemon)
    print(f"a node was drained below the head of a job, which ran again elsewhere, and nothing was left of the first attempt: {words}")


def bring_back(cluster, node):
    cluster.api.create(simulated.node(node, cpu=64, memory="256Gi"))
    cluster.await_true(f"{node} is ready", lambda: simulated.is_ready(cluster.api.get("Node", node)))


def node_is_lost(daemon, one):
    job_id, node = start_on_a_node(daemon, one, "node-lost", AGAIN)
    simulated.lose_node(one.api, node)
    words = await_second_attempt(daemon, one, job_id, node)
    bring_back(one, node)
    all_is_free(daemon)
    print(f"a node was lost below the head of a job, which ran again elsewhere, and nothing was left of the first attempt: {words}")


def play(daemon, one):
    for fault in (operator_is_down, operator_is_down_at_a_release, node_is_drained, node_is_lost):
        fault(daemon, one)
