#!/usr/bin/env python3
"""Figures, no test: berthd and one API server with simulated nodes. How fast jobs become objects there, beside the same objects made by a
bare client; how long KubeRay takes for their pods; what berthd costs while it watches them; how soon a failed pod shows.

  make test-kubernetes         # builds what this takes
  tests/kubernetes/figures.py"""

import concurrent.futures
import http.client
import json
import os
import pathlib
import platform
import queue
import statistics
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from api import path_of  # noqa: E402
from bed import Bed  # noqa: E402
from simulated_site import name_of, ray_job  # noqa: E402
from site_on_bed import SiteOnBed, made, pods_of, simulated_place  # noqa: E402

JOBS, WORKERS = 334, 2
PODS = JOBS * (1 + WORKERS)
FAILURES = 15
CONNECTIONS = 16  # as many as a backend has
SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


class Arrivals(threading.Thread):
    """When each object of a kind appeared, as a watch tells it."""

    def __init__(self, cluster, kind, namespace):
        super().__init__(daemon=True)
        self.cluster, self.path = cluster, path_of(kind, None, namespace) + "?watch=1&timeoutSeconds=600"
        self.times = {}

    def run(self):
        with self.cluster.api.open("GET", self.path, timeout=700) as response:
            for line in response:
                event = json.loads(line)
                if event["type"] == "ADDED":
                    self.times.setdefault(event["object"]["metadata"]["uid"], time.monotonic())

    def await_all(self, count):
        self.cluster.await_true(f"{count} have come", lambda: len(self.times) >= count, 600)
        return sorted(self.times.values())


def watched(cluster, namespace):
    arrivals = [Arrivals(cluster, kind, namespace) for kind in ("RayCluster", "Pod")]
    for each in arrivals:
        each.start()
    time.sleep(1)
    return arrivals


def rate(times):
    return (len(times) - 1) / (times[-1] - times[0])


def tell(what, arrivals):
    objects, pods = arrivals[0].await_all(JOBS), arrivals[1].await_all(PODS)
    print(f"{what}: {rate(objects):.1f} RayClusters/s, all {JOBS} within {objects[-1] - objects[0]:.1f} s; "
          f"their {PODS} pods made by KubeRay within {pods[-1] - objects[0]:.1f} s, {rate(pods):.1f}/s")


def launches(daemon, cluster):
    daemon.cli("cordon", cluster.name, "--reason", "figures")
    jobs = [daemon.submit(ray_job(f"figure-{number}", workers=WORKERS)) for number in range(JOBS)]
    arrivals = watched(cluster, "ml")
    daemon.cli("uncordon", cluster.name)
    tell("by berthd", arrivals)
    for job_id in jobs:
        daemon.await_running(job_id, 600)
    return jobs


def in_parallel(cluster, acts):
    """Each of CONNECTIONS threads keeps one connection, as the backend does."""
    todo = queue.SimpleQueue()
    for act in acts:
        todo.put(act)

    def work():
        api = cluster.api
        connection = http.client.HTTPSConnection(api.address.hostname, api.address.port, context=api.tls)
        while not todo.empty():
            method, path, body, kind = todo.get()
            connection.request(method, path, json.dumps(body), {"Content-Type": kind})
            response = connection.getresponse()
            text = response.read()
            assert response.status < 300, text

    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(work) for _ in range(CONNECTIONS)]:
            done.result()


def bare_client(cluster, example):
    """The same objects, and a secret for each, which berthd also makes."""
    cluster.add_namespace("bare")
    arrivals = watched(cluster, "bare")
    acts = []
    for number in range(JOBS):
        meta = {"name": f"bare-{number}", "namespace": "bare"}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": {"auth_token": "x"}}
        item = {"apiVersion": example["apiVersion"], "kind": "RayCluster", "metadata": meta, "spec": example["spec"]}
        acts += [("POST", path_of("Secret", None, "bare"), secret, "application/json"),
                 ("POST", path_of("RayCluster", None, "bare"), item, "application/json")]
    in_parallel(cluster, acts)
    tell("by a bare client", arrivals)
    cluster.api.delete("Namespace", "bare", None)
    cluster.await_true("the bare ones are gone", lambda: not cluster.api.get("Namespace", "bare", None), 600)


def cost(daemon):
    """Processor seconds and MiB of berthd."""
    fields = pathlib.Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    resident = int(status.split("VmRSS:")[1].split()[0])
    return (int(fields[11]) + int(fields[12])) / TICKS, resident / 1024


def tell_cost(what, daemon, act):
    before, begun = cost(daemon)[0], time.monotonic()
    act()
    after, resident = cost(daemon)
    took = time.monotonic() - begun
    print(f"{what}: {100 * (after - before) / took:.1f}% of a processor over {took:.0f} s, {resident:.0f} MiB resident")


def change_pods(cluster, pods):
    """Its own pods, one after the other, as fast as one client does."""
    give_up, number = time.monotonic() + SECONDS, 0
    api = cluster.api
    connection = http.client.HTTPSConnection(api.address.hostname, api.address.port, context=api.tls)
    while time.monotonic() < give_up:
        path = path_of("Pod", pods[number % len(pods)], "ml")
        connection.request("PATCH", path, json.dumps({"metadata": {"annotations": {"figure": str(number)}}}),
                           {"Content-Type": "application/merge-patch+json"})
        connection.getresponse().read()
        number += 1
    print(f"  {number / SECONDS:.0f} changes of pods per second")


def failures(daemon, cluster, jobs):
    times = []
    for job_id in jobs[:FAILURES]:
        head = name_of(pods_of(cluster, job_id, "head")[0])
        cluster.end_pod(head, "ml", exit_code=3)
        begun = time.monotonic()
        while "exit code 3" not in daemon.job(job_id)["message"]:
            time.sleep(0.001)
        times.append(1000 * (time.monotonic() - begun))
    ordered = sorted(times)
    print(f"from the API server's answer about a failed pod to the job that says so: median {statistics.median(times):.0f} ms, "
          f"{ordered[0]:.0f} to {ordered[-1]:.0f} ms, {len(times)} jobs")


def main():
    print(f"{platform.machine()}, {os.cpu_count()} processors shared by all parts, load {os.getloadavg()[0]:.1f} before, {time.strftime('%Y-%m-%d')}")
    with Bed() as bed:
        cluster = bed.up("one")
        cluster.add_nodes("cpu", 10, cpu=256, memory="1Ti", pods=300)
        cluster.add_namespace("ml")
        place = simulated_place(cluster, {"all": {"settings": {"namespace": "ml"}}})
        place.options.update(requests_per_second=1000, burst=2000)
        with SiteOnBed([place]) as daemon:
            daemon.await_clusters()
            tell_cost("nothing to watch", daemon, lambda: time.sleep(10))
            jobs = launches(daemon, cluster)
            bare_client(cluster, made(cluster, "RayCluster")[0])
            tell_cost(f"{PODS} pods of its own, at rest", daemon, lambda: time.sleep(SECONDS))
            pods = [name_of(pod) for pod in made(cluster, "Pod")]
            tell_cost(f"{PODS} pods of its own, changing", daemon, lambda: change_pods(cluster, pods))
            failures(daemon, cluster, jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
