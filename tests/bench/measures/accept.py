"""Durable submissions over the Unix socket, beside what machine and socket can do at all."""

from bench import measure
from waiting_daemon import WaitingDaemon

AIMS = {64: 8000}


@measure("accept", "submissions answered after their commit, each of another job; jobs then wait. One keep-alive "
                   "client per connection, all driven by one thread of another process")
def accept(run):
    seconds = run.size(4, 0.2)
    for _ in run.times(5):
        with WaitingDaemon(run) as daemon:
            disk = run.program("client", "disk", "--folder", daemon.folder, "--bytes", 8192,
                               "--seconds", run.size(2, 0.1))[0]
            run.take("appends of 8 KiB with fdatasync", disk["per_second"], "1/s")
            first = 0
            for clients in (1, 8, 64):
                empty = daemon.load("get", "--path", "/healthz", "--clients", clients, "--seconds", seconds / 4)
                run.take(f"empty replies, {clients} clients", empty["per_second"], "1/s")
                took = daemon.load("submit", "--clients", clients, "--seconds", seconds, "--first", first)
                first += took["answers"]
                if took["refused"]:
                    raise RuntimeError(f"{took['refused']} submissions were refused")
                run.take(f"submissions, {clients} clients", took["per_second"], "1/s", aim=AIMS.get(clients))
                run.take(f"p99 of them, {clients} clients", took["p99_us"] / 1000, "ms", less_is_better=True)
            share(run, "64 clients", took, took["answers"])
            jobs = run.size(100_000, 200)
            batch = daemon.fill(jobs, first=first)
            run.take("submissions in one batch", batch["per_second"], "1/s", aim=25_000)
            share(run, "batch", batch, jobs)


def share(run, name, took, jobs):
    """What a submission costs whom."""
    run.take(f"berthd's processor time, {name}", 1e6 * took["daemon_seconds"] / jobs, "us/job",
             less_is_better=True)
    run.take(f"the client's processor time, {name}", 1e6 * took["client_cpu_seconds"] / jobs, "us/job",
             less_is_better=True)
