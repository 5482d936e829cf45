"""What a bed could leave on a machine: taken before it rises and compared after it is down."""

import os
import pathlib
import re
import subprocess

from cgroups import hierarchies
from process_record import environment_of
from room_keeper import COPIED_SETTINGS

SETTINGS = [*COPIED_SETTINGS, "net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet", "net/bridge/bridge-nf-call-iptables"]
# Where such programs are known to write.
FOLDERS = ["/run", "/run/netns", "/run/containerd", "/run/lock", "/var/log", "/var/log/pods", "/var/log/containers", "/var/lib", "/var/lib/cni",
           "/var/lib/kubelet", "/var/lib/containerd", "/etc/cni", "/etc/cni/net.d", "/opt/cni", "/opt/containerd", "/usr/libexec/kubernetes", str(pathlib.Path.home() / ".kube")]


class Traces:
    """Sets of lines, by kind."""

    def __init__(self):
        self.kinds = {"mounts": mounts(), "links": printed("ip", "-oneline", "-brief", "link"),
                      "routes": printed("ip", "route", "show", "table", "all"),
                      "rules": rules("iptables-save"), "rules of IPv6": rules("ip6tables-save"),
                      "cgroups": {str(entry) for root in hierarchies() for entry in root.iterdir() if entry.is_dir()},
                      "settings": {f"{setting} is {read('/proc/sys/' + setting)}" for setting in SETTINGS},
                      "folders": {f"{entry}" for folder in FOLDERS for entry in within(folder)}}

    def changes_since(self, before, words):
        """Sentences. Other beds may come and go: of links, routes and cgroups only those count that are named in `words`, or like no bed's."""
        told = []
        for kind, now in self.kinds.items():
            for sign, lines in (("is new", now - before.kinds[kind]), ("is gone", before.kinds[kind] - now)):
                told += [f"{kind}: {line} {sign}" for line in sorted(lines) if is_counted(line, words)]
        return told


def is_counted(line, words):
    return any(word in line for word in words) or not re.search(r"\b(bed|berth)-[0-9a-f]{8}", line)


def printed(*words):
    return set(subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines())


def mounts():
    """Without their numbers."""
    return {" ".join(line.split()[3:5]) for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()}


def rules(program):
    """Without comments and counters."""
    return {re.sub(r"\[\d+:\d+\]", "", line) for line in printed(program) if not line.startswith("#")}


def read(path):
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return "not there"


def within(folder):
    try:
        return [folder, *pathlib.Path(folder).iterdir()]
    except OSError:
        return []


def processes_of(words):
    """Those that name one of the words in their command line, environment, folder or cgroup; but not who asks."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and any(word in told_of(entry) for word in words):
            found.append(f"{entry.name}: {read(entry / 'cmdline')[:200]}")
    return found


def told_of(entry):
    try:
        folder = os.readlink(entry / "cwd")
    except OSError:
        folder = ""
    environment = b"\n".join(environment_of(entry)).decode(errors="replace")
    return "\n".join([read(entry / "cmdline"), environment, folder, read(entry / "cgroup")])


def namespaces_of(pid):
    return {os.readlink(f"/proc/{pid}/ns/{kind}") for kind in ("net", "mnt", "pid", "cgroup")}


def processes_in(namespaces):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and namespaces & namespaces_of(entry.name):
                found.append(entry.name)
        except OSError:
            pass
    return found
