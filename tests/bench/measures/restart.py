"""What a long queue costs: its memory, and a start with it."""

from bench import measure
from waiting_daemon import WaitingDaemon


@measure("restart", "a start with that many waiting jobs, and memory that is berthd's alone. After accepting: with the "
                    "store's cache and all that accepting left behind; after a start: of a fresh process")
def restart(run):
    few, many = run.size(100_000, 200), run.size(1_000_000, 400)
    for _ in run.times(1):
        for shapes in (1, 1000):
            with WaitingDaemon(run) as daemon:
                measure_queue(run, daemon, shapes, few, many)


def measure_queue(run, daemon, shapes, few, many):
    kind = "one shape" if shapes == 1 else f"{shapes} shapes"
    daemon.fill(few, shapes)
    run.take(f"memory after accepting {few}, {kind}", daemon.private_bytes() / few, "bytes/job",
             less_is_better=True)
    of_few = start_again(run, daemon, few, kind, {few: 0.5})
    daemon.fill(many - few, shapes, first=few)
    of_many = start_again(run, daemon, many, kind, {many: 5})
    run.take(f"memory of each further job after a start, {kind}", (of_many - of_few) / (many - few),
             "bytes/job", aim=1024, less_is_better=True)


def start_again(run, daemon, jobs, kind, aims):
    """Its memory afterwards, in bytes."""
    serves, decided = daemon.take_up_again()
    run.take(f"until it serves, {jobs} waiting, {kind}", serves, "s", aim=aims.get(jobs), less_is_better=True)
    run.take(f"until it has decided, {jobs} waiting, {kind}", decided, "s", less_is_better=True)
    held = daemon.private_bytes()
    run.take(f"memory after a start with {jobs}, {kind}", held / jobs, "bytes/job", less_is_better=True)
    return held
