"""Nobody reads berthd's log, then its reader goes away: jobs go on all the same. A log file is closed to others, for it
names what jobs run. A cluster that was taken out of the site while its job runs can be seen, and forgotten."""

import fcntl
import os
import stat
import subprocess
import sys

from daemon_under_test import BUILD, Daemon, command

F_SETPIPE_SZ = 1031


class DaemonOnAPipe(Daemon):
    def start(self):
        self.log_end, write_end = os.pipe()
        fcntl.fcntl(write_end, F_SETPIPE_SZ, 4096)
        self.process = subprocess.Popen([BUILD / "bin/berthd", "--config", self.site], stdout=write_end,
                                        stderr=write_end, stdin=subprocess.DEVNULL)
        os.close(write_end)
        self.await_true("berthd answers", lambda: self.get("/healthz") is not None)

    def log_tail(self):
        return ""


def submit(daemon, body):
    status, text = daemon.request("POST", "/v1/jobs", body)
    assert status == 201, text
    return text.split('"id":"')[1].split('"')[0]


def stalled_and_gone():
    with DaemonOnAPipe() as daemon:
        for job_id in [submit(daemon, command(["true"])) for _ in range(60)]:
            assert daemon.await_end(job_id)["phase"] == "Succeeded"
        os.close(daemon.log_end)
        assert daemon.await_end(submit(daemon, command(["true"])))["phase"] == "Succeeded"
        daemon.stop()
        assert daemon.process.returncode == 0, daemon.process.returncode
    print("61 jobs succeeded while nobody read the log")


def file_is_closed():
    class DaemonWithLogFile(Daemon):
        def start(self):
            text = self.site.read_text()
            self.site.write_text(text.replace("[server]\n", '[server]\nlog_file = "own.log"\n'))
            os.umask(0o022)  # a shell's
            super().start()

    with DaemonWithLogFile() as daemon:
        mode = stat.S_IMODE((daemon.folder / "own.log").stat().st_mode)
        assert mode == 0o600, oct(mode)
    print("the log file is its owner's alone")


def cluster_taken_out():
    with Daemon() as daemon:
        job_id = submit(daemon, command(["sleep", "1000"], cluster="east"))
        daemon.await_true("it runs", lambda: daemon.job(job_id)["phase"] == "Running")
        daemon.stop()
        site = daemon.site.read_text()
        east = site[site.index("[clusters.east]"):site.index("[pools.west-cpu]")]
        pool = site[site.index("[pools.east-cpu]"):]
        daemon.site.write_text(site.replace(east, "").replace(pool, ""))
        daemon.start()
        assert "unnamed" in daemon.cli("clusters").stdout
        daemon.site.write_text(site)  # put back, its job is found again
        daemon.stop()
        daemon.start()
        daemon.cli("kill", job_id, "--reason", "seen")
        assert daemon.await_end(job_id)["phase"] == "Killed"
        assert daemon.processes(job_id) == []
    print("a cluster without a name in the site is shown; put back, its job is found and killed")


def main():
    stalled_and_gone()
    file_is_closed()
    cluster_taken_out()
    return 0


if __name__ == "__main__":
    sys.exit(main())
