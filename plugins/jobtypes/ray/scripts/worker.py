"""One worker of a job's Ray cluster: waits for the head, joins it, ends with it."""

import sys

sys.dont_write_bytecode = True

import argparse

import endpoints
import ray_node
import temp_folder

# A head that is gone does not come back within an attempt. Ray itself would wait a minute.
LOST_AFTER_FAILURES = 3
LOOK_EVERY_SECONDS = 2


def run_until_lost(sizes, found, folder):
    """(exit code, True when the head was lost)."""
    # A folder of its own: workers that start in one at the same moment take each other's sockets.
    address = ["--address=" + found["gcs"], "--temp-dir=" + folder]
    node = ray_node.start(["start", "--block", *address, *ray_node.flags(sizes)], folder)
    failures = 0
    while failures < LOST_AFTER_FAILURES:
        code = node.end_within(LOOK_EVERY_SECONDS)
        if code is not None:
            return code, not node.is_stopping and not endpoints.answers(found["gcs"])
        failures = 0 if node.is_stopping or endpoints.answers(found["gcs"]) else failures + 1
    node.stop()
    return 1, not node.is_stopping


def run_worker(sizes):
    while True:
        found = endpoints.wait(sizes.wait_seconds, "head")
        with temp_folder.fresh() as folder:
            code, head_was_lost = run_until_lost(sizes, found, folder)
        if not head_was_lost:
            return code
        print(f"berth: the head at {found['gcs']} is gone", flush=True)
        if endpoints.read() in (None, found):
            return code or 1
        # The head had to take other ports.


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    ray_node.add_sizes(parser)
    parser.add_argument("--wait-seconds", type=float, default=600)
    sys.exit(run_worker(parser.parse_args()))
