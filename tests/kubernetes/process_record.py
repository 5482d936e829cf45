"""A process that can be found again after whoever started it has gone: its pid alone could be another's by then."""

import dataclasses
import os
import pathlib
import signal
import time


@dataclasses.dataclass(frozen=True)
class ProcessRecord:
    pid: int
    started_ticks: int  # since the machine was booted

    @classmethod
    def of(cls, pid):
        """None where there is no such process, or only what is left of one."""
        fields = stat_fields(pid)
        return cls(pid, int(fields[19])) if fields and fields[0] not in "ZX" else None

    @property
    def is_running(self):
        return ProcessRecord.of(self.pid) == self

    def signal(self, number):
        """False where it has gone. Whoever gets its pid meanwhile does not get its signal."""
        try:
            held = os.pidfd_open(self.pid)
        except OSError:
            return False
        try:
            if not self.is_running:
                return False
            signal.pidfd_send_signal(held, number)
            return True
        except ProcessLookupError:
            return False
        finally:
            os.close(held)

    def await_end(self, seconds):
        give_up = time.monotonic() + seconds
        while self.is_running and time.monotonic() < give_up:
            reap(self.pid)
            time.sleep(0.02)
        return not self.is_running

    def end(self, seconds=10):
        """Asks first, and waits until it has gone."""
        self.ask_to_end()
        if not self.await_end(seconds):
            self.kill()

    def ask_to_end(self):
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)  # one that was paused cannot hear it

    def kill(self):
        self.signal(signal.SIGKILL)
        if not self.await_end(30):
            raise AssertionError(f"process {self.pid} survives SIGKILL: {stat_fields(self.pid)}")


def stat_fields(pid):
    """Of /proc/PID/stat, from the state on: the name before it may contain anything."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def reap(pid):
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass  # another's child, or nobody's


def only_child(pid, seconds=10):
    """Of a program that starts another and waits for it."""
    give_up = time.monotonic() + seconds
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    while time.monotonic() < give_up:
        try:
            if found := children.read_text().split():
                return int(found[0])
        except OSError:
            return None
        time.sleep(0.005)
    return None


def marked(mark):
    """All processes with this "NAME=VALUE" in the environment that they were started with."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and mark.encode() in environment_of(entry):
            found.append(ProcessRecord.of(int(entry.name)))
    return [record for record in found if record]


def environment_of(entry):
    try:
        return (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
