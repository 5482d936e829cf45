"""Where the programs of a bed are: those that were built for it, and what it takes from the machine."""

import functools
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CNI = pathlib.Path("/usr/lib/cni")
OF_A_CLUSTER = ("openssl", "java")
OF_A_NODE = ("containerd", "ctr", "runc", "iptables", "ip", "busybox", "nsenter", "unshare", "mount")
SKIPPED = 77


class Missing(Exception):
    """What this machine lacks for a bed: words for a person."""


def missing(node):
    """What a cluster, or one with a true node, would lack here: a list of sentences."""
    lacking = [f"there is no {name}" for name in OF_A_CLUSTER + (OF_A_NODE if node else ()) if not shutil.which(name)]
    if node and not (CNI / "bridge").exists():
        lacking.append(f"there are no network plugins in {CNI}")
    if node and os.geteuid() != 0:
        lacking.append("a true node takes root")
    return lacking


def demand(node):
    lacking = missing(node)
    if lacking:
        raise Missing("; ".join(lacking) + " (Debian packages: see tests/kubernetes/README.md)")


def print_of(*words):
    """What a tool of ours prints; its progress goes where ours does."""
    done = subprocess.run([ROOT / "tools" / words[0], *words[1:]], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == SKIPPED:
        raise Missing(f"tools/{words[0]} has said what is missing")
    if done.returncode != 0:
        sys.exit(f"error: tools/{' '.join(words)} failed with {done.returncode}")
    return done.stdout.strip()


@functools.cache
def built():
    return pathlib.Path(print_of("kubernetes.sh"))


def program(name):
    return str(built() / "bin" / name)


def kubectl(kubeconfig, *words, text=None, timeout=120):
    """What it did, good or bad. `text`: its input."""
    return subprocess.run([program("kubectl"), "--kubeconfig", kubeconfig, "--cache-dir", kubeconfig.parent / "kubectl", *words],
                          input=text or "", text=True, capture_output=True, timeout=timeout)


@functools.cache
def venv(kind):
    """The virtual environment of "ray" or "spark"."""
    given = os.environ.get(f"BERTH_{kind.upper()}_VENV")
    return pathlib.Path(given or print_of("venv.sh", kind))


def spark_home():
    return str(next(venv("spark").glob("lib/python3*/site-packages/pyspark")))


def run(play, node=False, venvs=()):
    """The exit status of a program of the suite: 0 when `play()` has returned, or SKIPPED with the words why."""
    try:
        demand(node)
        built()
        for kind in venvs:
            venv(kind)
    except Missing as lacking:
        print(f"skipped: {lacking}")
        return SKIPPED
    play()
    return 0
