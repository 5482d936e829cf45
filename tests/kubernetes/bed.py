#!/usr/bin/env python3
"""Real Kubernetes clusters on this machine, for tests and for trying things out by hand.

  bed.py up two                 a cluster with simulated nodes; prints how to reach it
  bed.py up one --node          one with a true node too, where containers really run: takes root
  bed.py nodes two gpu-a --count 8 --gpus 8 --product NVIDIA-H100-80GB-HBM3
  bed.py namespace one eta --quota requests.cpu=4   whose pods may make pods, as Spark's drivers do
  bed.py gpus one --count 4 --product NVIDIA-H100-80GB-HBM3    the true node says that it has some
  bed.py template one           prints what a site's `pod_template` has to be for pods on the true node
  bed.py part two apiserver kill    and start, stop, restart, pause, resume; `bed.py status` names the parts
  bed.py down                   stops all clusters, or those that are named, and removes all that they left

The first `up` builds Kubernetes in about 20 minutes and keeps it in a cache ($BERTH_CACHE); after that a
cluster takes some 20 seconds and 1.3 GB of memory. Exit status 77: this machine cannot, and it says why."""

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import credentials  # noqa: E402
import programs  # noqa: E402
import samples  # noqa: E402
from cluster import Cluster, sweep  # noqa: E402

USUAL_FOLDER = pathlib.Path(tempfile.gettempdir()) / f"berth-bed-{os.getuid()}"
VERBS_OF_A_PART = ("start", "stop", "restart", "kill", "pause", "resume")


class Bed:
    """Clusters in one folder. Use as a context: at its end they are down, whatever happened."""

    def __init__(self, folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="berth-bed-")).resolve()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.folder.stat().st_uid != os.getuid():
            raise AssertionError(f"{self.folder} is another user's")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if exception[0] is not None:
            sys.stderr.write("".join(cluster.log_tails() for cluster in self.clusters()))
        self.down()

    def up(self, name, node=False, say=lambda words: None):
        programs.demand(node)
        programs.built(), programs.spark_home()
        if (self.folder / name).exists():
            raise AssertionError(f"there is a cluster {name} in {self.folder}; `down {name}` removes it")
        cluster = Cluster.begin(self.folder / name, node)
        cluster.start(say)
        return cluster

    def cluster(self, name):
        if not (self.folder / name / "cluster.json").exists():
            raise AssertionError(f"there is no cluster {name} in {self.folder}")
        return Cluster(self.folder / name)

    def clusters(self):
        return [Cluster(file.parent) for file in sorted(self.folder.glob("*/cluster.json"))]

    def down(self, *names):
        """All of them without names. Also after a start that failed half way, and a second time."""
        for folder in [self.folder / name for name in names] or self.all_folders():
            if (folder / "cluster.json").exists():
                Cluster(folder).stop()
            sweep(folder)
            shutil.rmtree(folder, ignore_errors=True)
        self.remove_empty_folder()

    def remove_empty_folder(self):
        if self.folder.exists() and not self.all_folders():
            shutil.rmtree(self.folder)

    def all_folders(self):
        return [entry for entry in sorted(self.folder.glob("*")) if entry.is_dir()]


@contextlib.contextmanager
def alone(bed):
    """One command at a time."""
    with open(bed.folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(words):
    print(words, file=sys.stderr, flush=True)


def up(bed, options):
    begun = time.monotonic()
    cluster = bed.up(options.cluster, options.node, lambda words: say(f"{options.cluster}: {words} ..."))
    say(f"{options.cluster} is up after {time.monotonic() - begun:.0f} s: {cluster.server}; kubectl is {programs.program('kubectl')}")
    print(f"export KUBECONFIG={cluster.kubeconfig}")


def down(bed, options):
    bed.down(*options.cluster)


def status(bed, options):
    for cluster in bed.clusters():
        answer = "ready" if cluster.api.is_ready else "not ready"
        print(f"{cluster.name}: {cluster.server} is {answer}; KUBECONFIG={cluster.kubeconfig}")
        for part in cluster.parts.values():
            print(f"  {part.name:15} {f'runs as {part.pid}' if part.pid else 'does not run'}")
    if not bed.clusters():
        print(f"no clusters in {bed.folder}")


def nodes(bed, options):
    label = {"nvidia.com/gpu.product": options.product} if options.product else None
    made = bed.cluster(options.cluster).add_nodes(options.prefix, options.count, cpu=options.cpu, memory=options.memory,
                                                  gpus=options.gpus, sku_label=label)
    print(*made, sep="\n")


def namespace(bed, options):
    cluster = bed.cluster(options.cluster)
    quota, annotations = (dict(pair.split("=", 1) for pair in pairs) for pairs in (options.quota, options.annotation))
    if options.namespace != "default":
        cluster.add_namespace(options.namespace, quota, annotations)
    credentials.allow(cluster, "default", "edit", options.namespace)


def gpus(bed, options):
    bed.cluster(options.cluster).add_gpus(options.count, options.product)


def template(bed, options):
    bed.cluster(options.cluster)
    print(json.dumps(samples.site_template(programs.venv("ray"), programs.venv("spark")), indent=2))


def part(bed, options):
    getattr(bed.cluster(options.cluster).part(options.part), options.verb)()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", default=USUAL_FOLDER, help="where the clusters of a bed lie; usually %(default)s")
    verbs = parser.add_subparsers(dest="verb_of_bed", required=True, metavar="up|down|status|nodes|namespace|gpus|template|part")

    def verb(function, *names, help):
        made = verbs.add_parser(function.__name__, help=help, description=help)
        made.set_defaults(function=function)
        for name in names:
            made.add_argument(name)
        return made

    verb(up, "cluster", help="starts a cluster").add_argument("--node", action="store_true", help="with a true node")
    verb(down, help="stops and removes clusters").add_argument("cluster", nargs="*", help="all, if none is named")
    verb(status, help="shows the clusters and their parts")
    of_namespace = verb(namespace, "cluster", "namespace", help="adds a namespace; the account of its pods may make pods")
    of_namespace.add_argument("--quota", action="append", default=[], metavar="RESOURCE=AMOUNT")
    of_namespace.add_argument("--annotation", action="append", default=[], metavar="NAME=VALUE")
    of_gpus = verb(gpus, "cluster", help="lets the true node say that it has GPUs")
    of_gpus.add_argument("--count", type=int, default=4)
    of_gpus.add_argument("--product", default="NVIDIA-H100-80GB-HBM3", help="what the label nvidia.com/gpu.product says")
    verb(template, "cluster", help="prints a pod template for a site, with which pods run on the true node")
    of_part = verb(part, "cluster", "part", help="does something to one part of a cluster")
    of_part.add_argument("verb", choices=VERBS_OF_A_PART)
    of_nodes = verb(nodes, "cluster", "prefix", help="adds simulated nodes, PREFIX-0 and so on")
    of_nodes.add_argument("--count", type=int, default=1)
    of_nodes.add_argument("--cpu", type=int, default=64)
    of_nodes.add_argument("--memory", default="512Gi")
    of_nodes.add_argument("--gpus", type=int, default=0)
    of_nodes.add_argument("--product", help="what the label nvidia.com/gpu.product says")
    return parser.parse_args()


def main():
    options = parse()
    try:
        bed = Bed(options.folder)
        with alone(bed):
            try:
                options.function(bed, options)
            finally:
                bed.remove_empty_folder()
    except programs.Missing as missing:
        say(f"this machine cannot: {missing}")
        return programs.SKIPPED
    except AssertionError as problem:
        say(f"error: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
