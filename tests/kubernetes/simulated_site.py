"""What the programs on simulated nodes share: two clusters, berthd on them, and small jobs."""

import contextlib
import json

import programs
from bed import Bed
from site_on_bed import SiteOnBed, simulated_place

H100 = {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}
NODES = {"one": 4, "two": 2}  # without GPUs, of 64 CPUs


def ray_job(name, workers=1, cpu=1, gpu=0, sku=None, entrypoint=None, ask=None, **fields):
    """A small cluster; it stays until it is killed, if it has no entrypoint. `ask`: more fields of each worker."""
    group = {"group": "work", "replicas": workers, "cpu": cpu, "memory": "1Gi", **(ask or {})}
    if gpu:
        group.update(gpu=gpu, **({"sku": sku} if sku else {}))
    section = {"head": {"cpu": 1, "memory": "1Gi"}, "workers": [group]}
    if entrypoint:
        section["entrypoint"] = entrypoint
    return {"type": "ray", "name": name, "project": "eta", "ray": section, **fields}


def on_one(name, **fields):
    """A job that only the first cluster may have."""
    return ray_job(name, cluster="one", **fields)


def spark_job(name, **fields):
    return {"type": "spark", "name": name, "project": "eta", **fields}


@contextlib.contextmanager
def two_clusters():
    """One with CPUs alone, and one with GPUs, too."""
    with Bed() as bed:
        one, two = bed.up("one"), bed.up("two")
        furnish(one, two)
        yield one, two


def run_on_two_clusters(play):
    """The exit status of a program whose `play(one, two)` needs them."""

    def raised():
        with two_clusters() as clusters:
            play(*clusters)

    return programs.run(raised)


def furnish(one, two):
    for cluster in (one, two):
        cluster.add_nodes("cpu", NODES[cluster.name], cpu=64, memory="256Gi")
        cluster.add_namespace("ml")
    two.add_nodes("gpu-a", 2, gpus=8, sku_label=H100)


def site_of(one, two, **options):
    """GPUs have names of their own in requests; pools come from the site, and on "two" from namespaces as well. `options`: of both backends."""
    first = simulated_place(one, {"one-cpu": {"settings": {"namespace": "ml"}, "price": 1.0}}, labels={"site": "first"})
    second = simulated_place(two, {"two-all": {"settings": {"namespace": "ml"}, "price": 2.0}}, discover_pools=True)
    second.options["skus"] = ["H100=NVIDIA-H100-80GB-HBM3"]
    for place in (first, second):
        place.options.update(options)
    return SiteOnBed([first, second])


@contextlib.contextmanager
def paused(cluster, *names):
    """These parts of it hang meanwhile."""
    for name in names:
        cluster.part(name).pause()
    try:
        yield
    finally:
        for name in reversed(names):
            cluster.part(name).resume()


def name_of(item):
    return item["metadata"]["name"]


def namespace_of(item):
    return item["metadata"]["namespace"]


def note_of_submitter(exit_code):
    """What the pod that submits a Ray job leaves as its message when the job has ended."""
    return json.dumps({"berth": {"status": "FAILED" if exit_code else "SUCCEEDED", "exit_code": exit_code, "message": ""}})


def all_is_free(daemon):
    """Pools are told of by watches, so a moment later than jobs end."""
    daemon.await_true("everything is free", lambda: all(pool["free"] == pool["capacity"] for pool in daemon.get("/v1/pools")["pools"]))
