"""The driver of a job, run once its Spark cluster is whole; its exit code is the job's."""

import sys

sys.dont_write_bytecode = True

import argparse
import os
import time

import endpoints
import installation
import job_conf
import master_page


def wait_until_whole(executors, seconds):
    give_up_at = time.monotonic() + seconds
    found = endpoints.wait(seconds, "master")
    alive = 0
    while time.monotonic() < give_up_at:
        alive = master_page.count_workers(found["ui"], os.environ[job_conf.SECRET])
        if alive >= executors:
            return found
        time.sleep(0.25)
    print(f"berth: {alive} of {executors} workers joined within {seconds:g} s", flush=True)
    sys.exit(75)


def enter(directory):
    try:
        os.chdir(os.path.join(os.environ["BERTH_SHARED"], directory))
    except OSError as error:
        installation.refuse(f"cannot start in {directory}: {error.strerror}")


def run_driver(arguments, found):
    """spark-submit takes this process's place."""
    submit = installation.program("spark-submit")
    sys.stdout.flush()
    program = [submit, "--master", "spark://" + found["master"], *arguments]
    os.execve(submit, program, job_conf.environment())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--executors", type=int, required=True, help="how many must have joined")
    parser.add_argument("--directory", default="", help="where it starts, when not here")
    parser.add_argument("--wait-seconds", type=float, default=600)
    parser.add_argument("arguments", nargs="+", help="of spark-submit")
    given = parser.parse_args()
    installation.check()
    enter(given.directory)
    run_driver(given.arguments, wait_until_whole(given.executors, given.wait_seconds))
