"""Accept and place, end to end: a real berthd, jobs over its socket, a cluster that costs nothing."""

import contextlib
import os
import time

from bench import measure
from bench_daemon import BenchDaemon

POOLS_OF_A_CLUSTER = 100
SKUS = 10
AIMS = {100: 5_000, 1000: 4_000, 10_000: 1_500}
HEAD = """
[server]
state_dir = "state"
socket = "control.sock"
plugin_dir = "plugins"
[owners.everybody]
[projects.eta]
owner = "everybody"
[profiles.default]
filters = ["cluster_ready", "affinity", "workload_format", "gpu_sku", "capacity", "node_fit"]
scorers = [{plugin = "least_loaded"}, {plugin = "bin_pack"}, {plugin = "cost"}, {plugin = "prefers"}]
"""


def site(pools):
    """Shared pools of eight nodes with eight GPUs each, of ten models: one model's are a tenth of all."""
    text = [HEAD]
    for cluster in range((pools - 1) // POOLS_OF_A_CLUSTER + 1):
        text.append(f'[clusters.cluster-{cluster:03}]\nbackend = "bench.costless"\n')
    for pool in range(pools):
        text.append(f'[pools.pool-{pool:05}]\ncluster = "cluster-{pool // POOLS_OF_A_CLUSTER:03}"\n'
                    f'price = {1 + pool % 13 / 100}\n'
                    f'nodes = [{{sku = "gpu-{pool % SKUS}", count = 8, cpu = 128, memory = "1Ti", gpu = 8}}]\n')
    return "".join(text)


def request(number, shapes):
    """A hundredth of a GPU, of one of ten models in turn; ten `shapes` or a thousand."""
    section = {"run": ["true"], "cpu": f"{100 + number % shapes // SKUS}m", "memory": "16Mi", "gpu": "10m",
               "sku": [f"gpu-{number % SKUS}"]}
    return {"type": "command", "name": "bench", "project": "eta", "command": section}


class Launches:
    """How many launches reached the clusters that cost nothing."""

    def __init__(self, daemon):
        self.files = [os.open(file, os.O_RDONLY) for file in daemon.folder.glob("state/clusters/*/launched")]

    def count(self):
        return sum(int.from_bytes(os.pread(file, 8, 0), "little") for file in self.files)

    def close(self):
        for file in self.files:
            os.close(file)


@contextlib.contextmanager
def a_daemon(pools):
    daemon = BenchDaemon(site(pools))
    try:
        daemon.start()
        daemon.await_pools()
        yield daemon
    finally:
        daemon.throw_away()


def place(daemon, jobs, shapes):
    """Seconds from the first byte of the batch to the last launch, and of processor time."""
    launches = Launches(daemon)
    requests = [request(number, shapes) for number in range(jobs)]
    wanted = launches.count() + jobs
    spent = daemon.processor_seconds()
    began = time.monotonic()
    daemon.submit_batch(requests)
    daemon.await_true("all jobs are placed", lambda: launches.count() >= wanted, 600)
    took = time.monotonic() - began
    launches.close()
    return took, daemon.processor_seconds() - spent


@measure("place", "jobs accepted and placed per second: batch over the socket, committed, decided with the record, "
                  "committed, at the backend; a tenth of the pools survive")
def accept_and_place(run):
    for pools, aim in AIMS.items():
        if run.quick and pools > 100:
            continue
        jobs = run.size({100: 10_000, 1000: 8_000, 10_000: 3_000}[pools], 50)
        for _ in run.times(3):
            with a_daemon(pools) as daemon:
                for shapes in (SKUS, 1000):
                    run.say(f"{pools:,} pools, {shapes:,} shapes, {jobs:,} jobs")
                    took, spent = place(daemon, jobs, shapes)
                    run.take(f"{pools:,} pools, {shapes:,} shapes", jobs / took, "1/s", aim=aim)
                    run.take(f"{pools:,} pools, {shapes:,} shapes, berthd's processor time", 1e6 * spent / jobs,
                             "us/job", less_is_better=True)
