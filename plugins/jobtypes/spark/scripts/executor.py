"""A worker of a job's Spark cluster, and the one executor that it has room for."""

import sys

sys.dont_write_bytecode = True

import argparse
import json
import os

import daemon
import endpoints
import executor_output
import installation
import job_conf


def gpu_options(count, replica):
    """They are numbered from 0: what counts as a GPU is the site's word."""
    if count == 0:
        return ""
    path = os.path.join(job_conf.folder("gpus"), replica)
    name = {"componentName": "spark.worker", "resourceName": "gpu"}
    with open(path, "w", encoding="utf-8") as file:
        json.dump([{"id": name, "addresses": [str(gpu) for gpu in range(count)]}], file)
    return f'-Dspark.worker.resource.gpu.amount={count} "-Dspark.worker.resourcesFile={path}"'


def run_executor(sizes):
    installation.check()
    replica = os.environ.get("BERTH_REPLICA", "0")
    found = endpoints.wait(sizes.wait_seconds, "master")
    work = job_conf.folder("work", replica)
    room = ["--cores", str(sizes.cores), "--memory", f"{sizes.memory_mb}m", "--work-dir", work]
    worker = daemon.start(
        "Worker",
        sizes.heap_mb,
        [*room, "spark://" + found["master"]],
        options=gpu_options(sizes.gpus, replica),
    )
    with executor_output.followed(work):
        return worker.end_within(None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, required=True)
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--heap-mb", type=int, required=True, help="of the worker itself")
    parser.add_argument("--gpus", type=int, default=0)
    parser.add_argument("--wait-seconds", type=float, default=600)
    sys.exit(run_executor(parser.parse_args()))
