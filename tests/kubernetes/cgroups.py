"""One cgroup of the same name in every hierarchy, whichever version: below it is all that a true node makes."""

import os
import pathlib
import time


def hierarchies():
    """Where each is mounted."""
    found = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith(("cgroup ", "cgroup2 ")):
            found.append(pathlib.Path(before.split()[4]))
    return found


def make(name):
    for hierarchy in hierarchies():
        (hierarchy / name).mkdir(exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):  # of version 1, where a new one takes nobody without them
            if (hierarchy / setting).exists() and (hierarchy / "cgroup.clone_children").exists():
                (hierarchy / name / setting).write_text((hierarchy / setting).read_text())


def words_to_join(name):
    """For a shell, which joins and becomes what follows."""
    return "".join(f'echo 0 >"{hierarchy / name}/cgroup.procs"; ' for hierarchy in hierarchies())


def with_name(name):
    return [hierarchy / name for hierarchy in hierarchies() if (hierarchy / name).exists()]


def remove(name, seconds=10):
    """Their processes are gone, but the kernel may take a moment to see that."""
    give_up = time.monotonic() + seconds
    while (left := with_name(name)) and time.monotonic() < give_up:
        for cgroup in left:
            remove_tree(cgroup)
        time.sleep(0.02)
    if left:
        raise AssertionError(f"cgroups stay: {left}")


def remove_tree(cgroup):
    for folder, _, _ in os.walk(cgroup, topdown=False):
        try:
            os.rmdir(folder)
        except OSError:
            pass
