"""Under systemd's rules, taken from the unit file: jobs outlive a stop and an upgrade of berthd; a berthd whose loop hangs in a plugin
is replaced, and the plugin is out; a wrong site file is not tried again and again."""

import contextlib
import os
import pathlib
import shutil
import sys

from daemon_under_test import BUILD, Daemon, command
from service_manager import INHERITED, ServiceManager, UnitFile, pids_in, version_2_root

UNITS = BUILD / "etc/systemd"
WATCHDOG_SECONDS = 2
SLOW_FILTER = """
[plugins.slow]
delay = "1h"
[profiles.default]
filters = ["cluster_ready", "capacity"]
[profiles.stuck]
filters = ["slow"]
match = {projects = ["stuck"]}
[projects.stuck]
owner = "eta-team"
"""


class Service(Daemon):
    """A Daemon that a service manager starts."""

    def __init__(self, manager_of, **site):
        super().__init__(**site)
        self.programs = BUILD / "bin"
        self.manager = manager_of(self.folder)

    def start_process(self):
        with open(self.folder / "berthd.log", "ab") as log:
            self.manager.start(self.programs / "berthd", ["--config", self.site], log)
        self.process = self.manager.process
        self.manager.await_word("READY=1")

    def start(self):
        self.start_process()
        assert self.get("/healthz") == {"ok": True}, "it said READY=1 before it served"

    def stop(self):
        if self.process.poll() is None:
            self.manager.stop()


@contextlib.contextmanager
def service(**site):
    unit = UnitFile(UNITS / "berthd.service")
    made = Service(lambda folder: ServiceManager(unit, folder, WATCHDOG_SECONDS), **site)
    with made.manager, made:
        yield made


def the_unit_gives_jobs_nothing_to_inherit():
    for name in ("berthd", "berth-jobs"):
        unit = UnitFile(UNITS / f"{name}.service")
        wrong = [each for each in unit.names("Service") if each.startswith(INHERITED)]
        assert not wrong, f"{name}.service: jobs would inherit {wrong}"
        assert unit.service("Delegate") == "yes" and unit.service("OOMPolicy") == "continue", name
    berthd = UnitFile(UNITS / "berthd.service")
    assert berthd.service("RuntimeDirectory") == "berth" and berthd.service("StateDirectory") == "berth"
    assert berthd.service("RuntimeDirectoryPreserve") == "yes"


def another_version(folder):
    """The same programs and plugins at another place, as an upgrade would bring."""
    upgraded = folder / "upgraded"
    (upgraded / "bin").mkdir(parents=True)
    shutil.copytree(BUILD / "plugins", upgraded / "plugins")
    for program in ("berthd", "berth-supervise"):
        shutil.copy(BUILD / "bin" / program, upgraded / "bin")
    os.chmod(upgraded / "plugins", 0o755)
    return upgraded / "bin"


def await_phase(daemon, job_id, phase):
    return daemon.await_true(f"{job_id} is {phase}", lambda: (daemon.job(job_id) or {}).get("phase") == phase)


def submit(daemon, run, **fields):
    status, text = daemon.request("POST", "/v1/jobs", command(run, **fields))
    assert status == 201, text
    return text.split('"id":"')[1].split('"')[0]


def jobs_outlive_a_stop_and_an_upgrade():
    with service() as daemon:
        manager = daemon.manager
        pipes = [daemon.folder / f"go-{number}" for number in range(2)]
        for pipe in pipes:
            os.mkfifo(pipe)
        jobs = [submit(daemon, ["sh", "-c", f"read word < {pipe}; echo it is over"]) for pipe in pipes]
        for job in jobs:
            await_phase(daemon, job, "Running")
        running = {job: daemon.processes(job) for job in jobs}
        supervisors = [pid for job in jobs for pid in daemon.supervisors(job)]
        inside = pids_in(manager.jobs_cgroup)
        assert all(pid in inside for pids in running.values() for pid in pids), "jobs are not in berth-jobs.service"
        first = manager.process.pid

        code = manager.stop()
        assert code == 0, code
        assert "STOPPING=1" in manager.heard, manager.heard
        left = pids_in(manager.cgroup)
        assert set(supervisors) <= set(left), f"supervisors {supervisors}, left in the unit {left}"
        assert first not in left

        daemon.programs = another_version(daemon.folder)
        daemon.write_site("", daemon.programs.parent / "plugins")
        daemon.start()
        program = pathlib.Path(f"/proc/{manager.process.pid}/exe").resolve()
        assert program == daemon.programs / "berthd", program
        for job in jobs:
            await_phase(daemon, job, "Running")
            assert running[job] == daemon.processes(job), "its processes are others now"
        for pipe in pipes:
            pipe.write_text("go\n")
        for job in jobs:
            ended = daemon.await_end(job)
            assert ended["phase"] == "Succeeded", ended
            assert len(daemon.get(f"/v1/jobs/{job}/attempts")["attempts"]) == 1, "it was launched again"
            assert "it is over" in daemon.cli("logs", job).stdout
        daemon.assert_all_free()
        print(f"2 jobs ran through a stop and an upgrade: {len(supervisors)} supervisors stayed in the unit's cgroup")


def what_hangs_is_replaced():
    plugins = pathlib.Path(BUILD / "plugins")
    with service() as daemon:
        manager = daemon.manager
        trusted = daemon.folder / "plugins"
        trusted.mkdir(mode=0o755)
        for library in plugins.glob("*.so"):
            shutil.copy(library, trusted)
        shutil.copy(BUILD / "flawed_plugins/slow.so", trusted)
        daemon.stop()
        daemon.write_site(SLOW_FILTER, trusted)
        daemon.start()
        good = submit(daemon, ["sh", "-c", f"while [ ! -e {daemon.folder}/go ]; do sleep 0.05; done"])
        await_phase(daemon, good, "Running")
        stuck = submit(daemon, ["true"], project="stuck")
        # Who runs when the process is killed is a suspect once, and out when it happens again.
        for restart in (daemon.start_process, daemon.start):
            code = manager.await_watchdog()
            assert manager.would_restart(code), code
            restart()
        held = daemon.await_true("the stuck job is held", lambda: (
            lambda job: job if job and job["reason"] == "PolicyError" else None)(daemon.job(stuck)))
        assert held["phase"] == "Pending", held
        (daemon.folder / "go").touch()
        assert daemon.await_end(good)["phase"] == "Succeeded"
        row = next(row for row in daemon.get("/v1/plugins")["plugins"] if row["id"] == "slow")
        assert "quarantined" in row["state"], row
        print(f"a hung loop was ended with {code} twice and started again; slow.so: {row['state']}")


def a_wrong_site_is_not_tried_again():
    with service() as daemon:
        daemon.stop()
        daemon.site.write_text("[server]\nstate_dir = 7\n")
        with open(daemon.folder / "berthd.log", "ab") as log:
            daemon.manager.start(daemon.programs / "berthd", ["--config", daemon.site], log)
        code = daemon.manager.process.wait(timeout=60)
        assert not daemon.manager.would_restart(code), code
        daemon.write_site("", BUILD / "plugins")


def main():
    the_unit_gives_jobs_nothing_to_inherit()
    if os.geteuid() != 0 or version_2_root() is None:
        print("skipped: needs root and a cgroup of version 2 that it can write")
        return 77
    jobs_outlive_a_stop_and_an_upgrade()
    what_hangs_is_replaced()
    a_wrong_site_is_not_tried_again()
    return 0


if __name__ == "__main__":
    sys.exit(main())
