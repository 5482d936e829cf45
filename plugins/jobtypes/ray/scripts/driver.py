"""The entrypoint of a job, run once its Ray cluster is whole; its exit code is the job's."""

import sys

sys.dont_write_bytecode = True

import argparse
import os
import time

import dashboard
import endpoints
import ray_node


def wait_until_whole(workers, seconds):
    give_up_at = time.monotonic() + seconds
    found = endpoints.wait(seconds, "head")
    alive = 0
    while time.monotonic() < give_up_at:
        found = endpoints.read() or found
        alive = dashboard.count_alive_nodes(found["dashboard"])
        if alive >= 1 + workers:
            return found
        time.sleep(0.25)
    print(f"berth: {alive} of {1 + workers} nodes joined within {seconds:g} s", flush=True)
    sys.exit(75)


def run_entrypoint(entrypoint, found):
    environment = {
        **ray_node.environment(),
        "RAY_ADDRESS": found["gcs"],
        "RAY_API_SERVER_ADDRESS": "http://" + found["dashboard"],
    }
    sys.stdout.flush()
    os.execve("/bin/sh", ["/bin/sh", "-c", entrypoint], environment)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, required=True, help="how many must have joined")
    parser.add_argument("--wait-seconds", type=float, default=600)
    parser.add_argument("entrypoint", help="a command line for /bin/sh")
    arguments = parser.parse_args()
    run_entrypoint(
        arguments.entrypoint, wait_until_whole(arguments.workers, arguments.wait_seconds)
    )
