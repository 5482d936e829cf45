"""A copy-on-write view of this machine: everything that is installed here is there, and what is written there is gone afterwards.
Needs root and a kernel that lets it mount an overlay. Standard library only."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

MAKE_VIEW = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$VIEW"
mkdir "$VIEW/upper" "$VIEW/work" "$VIEW/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$VIEW/upper,workdir=$VIEW/work" "$VIEW/root"
cd "$VIEW/root"
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount --rbind /dev dev
mount --bind "$SHARED" mnt
"""
WAIT = """
mount --rbind /sys sys
echo made
exec cat >/dev/null
"""
# What belongs to a machine and not to a view of it: kernel settings, devices, clocks.
MASKED = ("systemd-sysctl.service systemd-binfmt.service systemd-modules-load.service systemd-remount-fs.service "
          "systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket systemd-udevd-control.socket "
          "systemd-random-seed.service systemd-timesyncd.service systemd-pstore.service systemd-update-utmp.service "
          "proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount "
          "sys-kernel-config.mount sys-fs-fuse-connections.mount modprobe@.service getty.target timers.target "
          "systemd-tmpfiles-setup-dev.service systemd-hwdb-update.service systemd-firstboot.service").split()
BOOT = """
mount -t sysfs -o ro sysfs sys || mount --rbind /sys sys
mount -t tmpfs tmpfs sys/fs/cgroup
mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
for unit in $MASKED; do ln -sf /dev/null "etc/systemd/system/$unit"; done
exec chroot . env -i container=berth-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  /lib/systemd/systemd --system --log-target=console --show-status=0 --unit=basic.target
"""


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


class View:
    """Use as a context; `run` runs there. `within`: the words before a command."""

    def __init__(self, folder):
        self.folder = folder
        self.top = folder / "view"
        self.top.mkdir()
        self.process = None
        self.within = []

    def environment(self):
        return dict(os.environ, VIEW=str(self.top), SHARED=str(self.folder), MASKED=" ".join(MASKED))

    def __enter__(self):
        self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", MAKE_VIEW + WAIT], env=self.environment(),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() == "made\n":
            self.within = ["nsenter", f"--mount=/proc/{self.process.pid}/ns/mnt", "chroot", str(self.top / "root")]
        return self

    def __exit__(self, *exception):
        kill(self.process)

    @property
    def is_there(self):
        return bool(self.within)

    def run(self, *words, check=True, **more):
        done = subprocess.run([*self.within, *[str(word) for word in words]], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=300, **more)
        assert not check or done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done


class BootedView(View):
    """A view with a systemd of its own: process 1 of its namespace, in a cgroup of its own of each hierarchy."""

    def __init__(self, folder):
        super().__init__(folder)
        self.name = f"berth-test-{os.getpid()}"
        self.cgroups = [mount / self.name for mount in cgroup_mounts()]

    def __enter__(self):
        if not shutil.which("systemctl") or not os.path.exists("/lib/systemd/systemd"):
            return self
        for cgroup in self.cgroups:
            cgroup.mkdir()
        # A hierarchy that takes no process without being set up first, as cpuset does, is left alone.
        enter = "".join(f'echo $$ >"{cgroup}/cgroup.procs" 2>/dev/null; ' for cgroup in self.cgroups)
        log = open(self.folder / "systemd.log", "wb")
        self.process = subprocess.Popen(
            ["sh", "-c", enter + 'exec unshare --mount --pid --fork --kill-child --cgroup --uts --ipc sh -c "$0"', MAKE_VIEW + BOOT],
            env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.await_boot()
        return self

    def __exit__(self, *exception):
        if self.process is not None:
            kill(self.process)
        give_up = time.monotonic() + 10
        while any(cgroup.exists() for cgroup in self.cgroups) and time.monotonic() < give_up:
            for cgroup in self.cgroups:
                for folder, _, _ in os.walk(cgroup, topdown=False):
                    try:
                        os.rmdir(folder)
                    except OSError:
                        pass
            time.sleep(0.02)

    def first_process(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return children.read_text().split()[0]
        except (OSError, IndexError):
            return None

    def await_boot(self):
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up and self.process.poll() is None:
            first = self.first_process()
            if first and os.path.exists(f"/proc/{first}/root/run/systemd/private"):
                self.within = ["nsenter", "--target", first, "--mount", "--pid", "--cgroup", "--uts", "--ipc", "--root", "--wd",
                               "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER="]
                if self.run("systemctl", "is-active", "basic.target", check=False).stdout.strip() == "active":
                    return
            time.sleep(0.1)
        self.within = []


def cgroup_mounts():
    mounts = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith(("cgroup2 ", "cgroup ")):
            mounts.append(pathlib.Path(before.split()[4]))
    return mounts
