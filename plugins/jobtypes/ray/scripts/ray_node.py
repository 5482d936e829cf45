"""One `ray start --block`, on loopback alone: its flags, its environment.

Run as a program it is that command for a worker (see join_on_loopback).
"""

import os
import sys

import child

# Ray takes a node address of 127.0.0.1 for a mistake, puts the machine's own in its place and then
# listens on every interface. With this switch off it stays on loopback. Its name is about systems
# where clusters are not supported: that is where Ray itself wants loopback.
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


def environment():
    """For every process of the cluster, drivers too."""
    bin_folder = os.path.dirname(sys.executable)
    return {
        # When a job ends all its nodes go at once, with nowhere to drain to. Ray would wait 30 s.
        "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
        # Fixed unless told otherwise, so a second cluster would not get them; no token is asked.
        "AUTOSCALER_METRIC_PORT": "0",
        "DASHBOARD_METRIC_PORT": "-1",
        # The server of clients forks one more for each, while gRPC's threads run. gRPC's own handlers
        # for that made the new one die of a segmentation fault about every second time.
        "GRPC_ENABLE_FORK_SUPPORT": "0",
        **os.environ,
        **LOOPBACK,
        # First in PATH, or the jobs that the dashboard starts run another python.
        "PATH": bin_folder + os.pathsep + os.environ.get("PATH", "/usr/bin:/bin"),
    }


def add_sizes(parser):
    """What one node offers; memory in bytes."""
    parser.add_argument("--num-cpus", type=int, required=True)
    parser.add_argument("--num-gpus", type=int, default=0)
    parser.add_argument("--memory", type=int)
    parser.add_argument("--object-store-memory", type=int)
    parser.add_argument("--resources", help="JSON object: other resources by name")


def flags(sizes):
    found = [
        "--node-ip-address=127.0.0.1",
        "--dashboard-agent-listen-port=0",
        "--dashboard-agent-grpc-port=0",
        "--metrics-export-port=0",
        # From the kernel: every node on the machine would otherwise try the same ones in turn.
        "--min-worker-port=0",
        "--max-worker-port=0",
        "--disable-usage-stats",
        f"--num-cpus={sizes.num_cpus}",
        f"--num-gpus={sizes.num_gpus}",
    ]
    if sizes.memory:
        found.append(f"--memory={sizes.memory}")
    if sizes.object_store_memory:
        found.append(f"--object-store-memory={sizes.object_store_memory}")
    if sizes.resources:
        found.append(f"--resources={sizes.resources}")
    return found


def start(arguments, folder, on_line=lambda line: None):
    """Ray, as a child of ours. What it and its tasks put into a temporary folder of the system, such as
    the sockets of multiprocessing, is put beside the node's own, and goes with that."""
    program = [sys.executable, os.path.abspath(__file__)]
    temporary = {"TMPDIR": os.path.dirname(folder)}
    return child.Child([*program, *arguments], environment() | temporary, on_line)


def join_on_loopback():
    """`ray start --address` refuses to run with the switch of LOOPBACK off; this is that command
    with that one check passed. The processes that it starts have the switch off."""
    from ray._private import ray_constants, services
    from ray.scripts import scripts

    if hasattr(ray_constants, "ENABLE_RAY_CLUSTER") and hasattr(services, "get_node_ip_address"):
        ray_constants.ENABLE_RAY_CLUSTER = True
        services.get_node_ip_address = lambda address=None: "127.0.0.1"
    sys.argv[0] = "ray"
    sys.exit(scripts.main())


if __name__ == "__main__":
    join_on_loopback()
