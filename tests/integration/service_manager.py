"""What systemd does with a unit, as far as Berth's jobs depend on it, done by hand: this runs where no systemd does. The rules come
from the unit file itself. Standard library only; needs root and a cgroup of version 2."""

import os
import pathlib
import signal
import socket
import subprocess
import time

# A job inherits what its supervisor inherits from berthd: none of these may stand in the unit.
INHERITED = ("Protect", "Private", "Restrict", "SystemCall", "NoNewPrivileges", "ReadOnlyPaths", "ReadWritePaths",
             "InaccessiblePaths", "CapabilityBoundingSet", "AmbientCapabilities", "RootDirectory", "RootImage",
             "DynamicUser", "MemoryDenyWriteExecute", "LockPersonality", "OOMScoreAdjust", "Nice", "CPUAffinity",
             "UMask", "IPAddress", "BindPaths", "TemporaryFileSystem", "MountFlags")


ROOT = pathlib.Path(__file__).resolve().parents[2]


class UnitFile:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.settings = {}
        section = ""
        for line in pathlib.Path(path).read_text().splitlines():
            line = line.strip()
            if not line or line.startswith(("#", ";")):
                continue
            if line.startswith("["):
                section = line[1:-1]
                continue
            name, _, value = line.partition("=")
            self.settings.setdefault((section, name), []).append(value)

    def get(self, section, name, default=""):
        return self.settings.get((section, name), [default])[-1]

    def service(self, name, default=""):
        return self.get("Service", name, default)

    def words(self, section, name):
        return " ".join(self.settings.get((section, name), [])).split()

    def names(self, section):
        return [name for (of, name) in self.settings if of == section]


def version_2_root():
    """Where the version 2 hierarchy is mounted; None where there is none that can be written."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup2 "):
            root = pathlib.Path(before.split()[4])
            return root if os.access(root / "cgroup.procs", os.W_OK) else None
    return None


def pids_in(cgroup):
    found = []
    for folder, _, files in os.walk(cgroup):
        if "cgroup.procs" in files:
            found += [int(pid) for pid in (pathlib.Path(folder) / "cgroup.procs").read_text().split()]
    return found


def remove_tree(cgroup):
    for folder, _, _ in os.walk(cgroup, topdown=False):
        try:
            os.rmdir(folder)
        except OSError:
            pass


class ServiceManager:
    """One slice with berthd.service, and beside it the units that it wants. Use as a context."""

    def __init__(self, unit, folder, watchdog_seconds):
        self.unit = unit
        self.slice = version_2_root() / f"berth-test-{os.getpid()}.slice"
        self.cgroup = self.slice / "berthd.service"
        self.jobs_cgroup = self.slice / "berth-jobs.service"
        self.watchdog_seconds = watchdog_seconds
        self.process = None
        self.holder = None
        self.heard = []
        self.notify_path = str(folder / "notify")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(self.notify_path)
        self.notify.settimeout(0.05)

    def __enter__(self):
        self.cgroup.mkdir(parents=True)
        if "berth-jobs.service" in self.unit.words("Unit", "Wants"):
            self.start_jobs_unit()
        return self

    def start_jobs_unit(self):
        """Its one process, and then what ExecStartPost= does with that."""
        unit = UnitFile(self.unit.path.with_name("berth-jobs.service"))
        self.jobs_cgroup.mkdir()
        self.holder = subprocess.Popen(["/bin/sh", "-c", 'echo 0 >"$0/cgroup.procs" && exec "$@"', str(self.jobs_cgroup),
                                        *unit.service("ExecStart").split()])
        while self.holder.pid not in pids_in(self.jobs_cgroup):
            time.sleep(0.01)
        program, argument = unit.service("ExecStartPost").split()
        assert argument == "$MAINPID", argument
        subprocess.run([ROOT / "etc/systemd" / pathlib.Path(program).name, str(self.holder.pid)], check=True)
        inner = (self.jobs_cgroup / "cgroup.procs").read_text()
        assert inner == "", f"processes {inner} keep the cgroup from handing controllers down"

    def __exit__(self, *exception):
        for pid in pids_in(self.slice):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for process in (self.process, self.holder):
            if process is not None:
                process.wait()
        give_up = time.monotonic() + 10
        while self.slice.exists() and time.monotonic() < give_up:
            remove_tree(self.slice)
            time.sleep(0.02)
        self.notify.close()

    def start(self, program, arguments, log):
        """Puts the main process right into the unit's cgroup, beside whatever was left there."""
        assert self.unit.service("Type") == "notify"
        environment = dict(os.environ, NOTIFY_SOCKET=self.notify_path,
                           WATCHDOG_USEC=str(int(self.watchdog_seconds * 1_000_000)))
        self.heard = []
        # The shell's pid is berthd's.
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", 'echo 0 >"$0/cgroup.procs" && WATCHDOG_PID=$$ exec "$@"', str(self.cgroup), str(program),
             *[str(word) for word in arguments]],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def listen(self):
        """Takes in what the service says, for a moment."""
        try:
            self.heard += self.notify.recv(4096).decode().splitlines()
            return True
        except TimeoutError:
            return False

    def await_word(self, word, seconds=120):
        give_up = time.monotonic() + seconds
        while word not in self.heard:
            self.listen()
            assert self.process.poll() is None or word in self.heard, f"ended with {self.process.returncode} before {word}"
            assert time.monotonic() < give_up, f"{word} was not said; heard {self.heard}"

    def stop(self):
        """systemctl stop: to whom the signal goes is KillMode's word."""
        self.kill_by_mode(signal.SIGTERM)
        while self.listen() or self.process.poll() is None:
            pass
        return self.process.returncode

    def kill_by_mode(self, number):
        mode = self.unit.service("KillMode", "control-group")
        pids = [self.process.pid] if mode == "process" else pids_in(self.cgroup)
        assert mode in ("process", "control-group"), mode
        for pid in pids:
            os.kill(pid, number)

    def await_watchdog(self, seconds=120):
        """Waits until the service has been silent for longer than it may, then ends it as systemd does."""
        self.await_word("READY=1")
        last = time.monotonic()
        give_up = last + seconds
        while time.monotonic() - last < self.watchdog_seconds:
            assert time.monotonic() < give_up, "the service never fell silent"
            before = self.heard.count("WATCHDOG=1")
            self.listen()
            if self.heard.count("WATCHDOG=1") > before:
                last = time.monotonic()
        self.kill_by_mode(signal.SIGABRT)
        return self.process.wait(timeout=60)

    def would_restart(self, code):
        if str(code) in self.unit.words("Service", "RestartPreventExitStatus"):
            return False
        restart = self.unit.service("Restart", "no")
        assert restart in ("on-failure", "always", "no"), restart
        return restart == "always" or (restart == "on-failure" and code != 0)
