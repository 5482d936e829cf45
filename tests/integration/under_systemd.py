"""The package under a real systemd, in a view of this machine of its own: enabled, started, restarted, upgraded and removed, while jobs
run. What `systemd_rules.py` plays by hand, systemd itself does here."""

import os
import pathlib
import shutil
import sys
import tempfile
import time

from machine_view import BootedView
from packages import make_packages


def await_true(what, question, seconds=120):
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


class Machine:
    def __init__(self, view):
        self.view = view

    def systemctl(self, *words, check=True):
        return self.view.run("systemctl", *words, check=check).stdout.strip()

    def property_of(self, unit, name):
        return self.systemctl("show", unit, "--property", name, "--value")

    def berth(self, *words):
        return self.view.run("berth", *words).stdout.strip()

    def main_pid(self):
        return int(self.property_of("berthd", "MainPID"))

    def phase(self, job):
        return self.berth("get", job, "-o", "json").split('"phase": "')[1].split('"')[0]

    def processes_of(self, unit):
        group = self.property_of(unit, "ControlGroup")
        return self.view.run("sh", "-c", f"cat $(find /sys/fs/cgroup/unified{group} -name cgroup.procs)").stdout.split()


def waiting_job(machine, go):
    job = machine.berth("submit", "--project", "default", "--cpu", "100m", "--memory", "16Mi", "--quiet", "--", "sh", "-c",
                        f"while [ ! -e {go} ]; do sleep 0.1; done; echo it is over")
    await_true(f"{job} runs", lambda: machine.phase(job) == "Running")
    return job


def it_starts(machine, package):
    machine.view.run("dpkg", "--install", f"/mnt/{package.name}")
    machine.systemctl("enable", "--now", "berthd")
    assert machine.property_of("berthd", "SubState") == "running"
    assert machine.property_of("berth-jobs", "SubState") == "running"
    await_true("it is ready", lambda: machine.view.run("berth", "server", "status", check=False).returncode == 0)


def jobs_outlive_restart_and_upgrade(machine, package):
    jobs = [waiting_job(machine, "/run/go") for _ in range(2)]
    held = set(machine.processes_of("berth-jobs"))
    assert len(held) > 2, f"jobs are not in berth-jobs.service: {held}"
    pids = [machine.main_pid()]
    machine.systemctl("restart", "berthd")
    pids.append(machine.main_pid())
    machine.systemctl("stop", "berthd")
    assert set(machine.processes_of("berth-jobs")) >= held & set(machine.processes_of("berth-jobs"))
    machine.systemctl("start", "berthd")
    pids.append(machine.main_pid())
    machine.view.run("dpkg", "--install", f"/mnt/{package.name}")  # as an upgrade does
    pids.append(machine.main_pid())
    machine.view.run("kill", "-KILL", str(pids[-1]))
    await_true("systemd started it again", lambda: machine.main_pid() not in (0, pids[-1]))
    pids.append(machine.main_pid())
    assert len(set(pids)) == 5, pids
    await_true("it is ready", lambda: machine.view.run("berth", "server", "status", check=False).returncode == 0)
    for job in jobs:
        assert machine.phase(job) == "Running", machine.phase(job)
    machine.view.run("touch", "/run/go")
    for job in jobs:
        waited = machine.view.run("berth", "wait", job, check=False)
        assert waited.returncode == 0, waited.stdout + waited.stderr
        assert machine.berth("logs", job) == "it is over"
    print("2 jobs outlived a restart, a stop, an upgrade and kill -9 of berthd under systemd")


def stopping_the_jobs_unit_ends_them(machine):
    job = waiting_job(machine, "/run/never")
    machine.systemctl("stop", "berth-jobs")
    await_true("it has ended", lambda: machine.phase(job) not in ("Running", "Launching"))
    assert machine.property_of("berthd", "SubState") == "running"
    machine.berth("kill", job, "--reason", "seen")
    machine.view.run("berth", "wait", job, check=False)
    print(f"systemctl stop berth-jobs ended {job}")


def it_goes(machine):
    machine.view.run("dpkg", "--purge", "berth")
    assert machine.systemctl("is-active", "berthd", check=False) != "active"
    assert machine.view.run("pgrep", "-x", "berthd", check=False).stdout == ""


def main():
    if os.geteuid() != 0:
        print("skipped: needs root")
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-systemd-"))
    try:
        with BootedView(folder) as view:
            if not view.is_there:
                print("skipped: no systemd could be started in a view of this machine")
                return 77
            package = make_packages(folder)["berth"]
            machine = Machine(view)
            try:
                it_starts(machine, package)
                jobs_outlive_restart_and_upgrade(machine, package)
                stopping_the_jobs_unit_ends_them(machine)
                it_goes(machine)
            except AssertionError:
                sys.stderr.write(view.run("journalctl", "--unit", "berthd", "--no-pager", "-n", "60", check=False).stdout)
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
