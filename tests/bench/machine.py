"""Which machine this is, and how busy."""

import os
import pathlib
import platform
import shutil

from bench import bench_folder


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def memory_gib():
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal:"):
            return round(int(line.split()[1]) / 2**20, 1)
    return 0


def mount_of(folder):
    """Device and file system of the longest mount point above `folder`."""
    best = ("", "unknown", "unknown")
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        device, point, kind = line.split()[:3]
        if pathlib.Path(folder).resolve().is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, device, kind)
    return best[1], best[2]


def describe():
    device, kind = mount_of(bench_folder())
    return {
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": memory_gib(),
        "kernel": platform.release(),
        "disk": f"{kind} on {device}, {shutil.disk_usage(bench_folder()).free // 2**30} GiB free",
    }


def load():
    return [round(each, 2) for each in os.getloadavg()]
