"""The operators' own sample manifests, as their modules bring them along, are planned and rendered by the job types."""

import os
import subprocess
import sys

import programs

TESTS = os.path.join(os.environ["BERTH_BUILD"], "tests")


def take_samples(job_type, cache):
    """The table is in the test of the job type, which says why it takes or refuses each."""
    done = subprocess.run([f"{TESTS}/{job_type}_jobtype_test", "--gtest_filter=*.TakesTheOperatorsOwnSamples"], text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, "BERTH_KUBERNETES": str(cache)})
    assert done.returncode == 0 and "[  PASSED  ] 1 test." in done.stdout, f"{job_type}:\n{done.stdout}{done.stderr}"


def play():
    cache = programs.built()
    for job_type, folder in (("ray", "kuberay"), ("spark", "spark")):
        take_samples(job_type, cache)
        print(f"{len(list((cache / 'samples' / folder).glob('*.yaml')))} sample files of {folder} were taken, or refused as its table says")


if __name__ == "__main__":
    sys.exit(programs.run(play))
