"""Lists of a long queue."""

from bench import measure
from waiting_daemon import WaitingDaemon


@measure("listing", "a list of waiting jobs, to its first bytes and to its last; the client reads and does not parse")
def listing(run):
    jobs = run.size(100_000, 300)
    with WaitingDaemon(run) as daemon:
        daemon.fill(jobs, shapes=run.size(1000, 3))
        ways = {f"all {jobs}, streamed": (["/v1/jobs?stream=1"], 0.3),
                f"all {jobs}, in pages of 5000": (["/v1/jobs?limit=5000"], None),
                "one page of 1000": (["/v1/jobs?limit=1000", "--pages", 1], None)}
        for name, (path, aim) in ways.items():
            for _ in run.times():
                seen = daemon.load("list", "--path", *path)
                run.take(f"{name}: first bytes", 1000 * seen["first_seconds"], "ms", less_is_better=True)
                run.take(f"{name}: whole", seen["seconds"], "s", aim=aim, less_is_better=True,
                         remark=f"{seen['bytes'] / 1e6:.1f} MB")
                run.take(f"{name}: berthd's processor time", seen["daemon_seconds"], "s", less_is_better=True)
