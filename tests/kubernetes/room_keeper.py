"""The first process of a room: room_keeper.py FOLDER CGROUP. It makes the room's own view of the machine, says so by
FOLDER/room/ready, and waits for what is left of others until it is killed. With it ends every process, mount, link and rule there."""

import os
import pathlib
import subprocess
import sys
import time

# Where node programs write without being told otherwise: nothing of it reaches the machine.
EMPTY = ("/run", "/var/log")
LAYERED = "/var/lib"  # with what the machine has there, under what the room writes
# A kubelet sets these for the whole machine. Here it finds copies.
COPIED_SETTINGS = ("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys",
                   "kernel/keys/root_maxbytes")


def mount(*words):
    subprocess.run(["mount", *[str(word) for word in words]], check=True)


def cover_folders(folder):
    for empty in EMPTY:
        mount("-t", "tmpfs", "tmpfs", empty)
    for layer in ("written", "work"):
        (folder / layer).mkdir()
    layers = f"lowerdir={LAYERED},upperdir={folder}/written,workdir={folder}/work"
    mount("-t", "overlay", "overlay", "-o", layers, LAYERED)


def copy_settings(folder):
    for setting in COPIED_SETTINGS:
        path = pathlib.Path("/proc/sys") / setting
        copy = folder / setting.replace("/", ".")
        copy.write_text(path.read_text())
        mount("--bind", copy, path)


def narrow_cgroups(name):
    """The room's cgroup is the root of each hierarchy."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith(("cgroup ", "cgroup2 ")):
            hierarchy = pathlib.Path(before.split()[4])
            mount("--bind", hierarchy / name, hierarchy)
            if after.startswith("cgroup2 "):
                hand_down_controllers(hierarchy)


def hand_down_controllers(root):
    """In version 2 only one without processes does."""
    (root / "keeper").mkdir()
    (root / "keeper" / "cgroup.procs").write_text("0")
    for controller in (root / "cgroup.controllers").read_text().split():
        (root / "cgroup.subtree_control").write_text(f"+{controller}")


def wait_for_others():
    while True:
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(0.2)


def main(folder, cgroup):
    mount("--make-rshared", "/")  # within the room: a kubelet expects it
    mount("-t", "proc", "proc", "/proc")
    cover_folders(folder)
    copy_settings(folder)
    narrow_cgroups(cgroup)
    pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    (folder / "ready").touch()
    wait_for_others()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) / "room", sys.argv[2])
