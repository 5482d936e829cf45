"""A backup of a live daemon under load, more jobs, a restore: nothing that was started since is killed or run twice, until a
person says so. And a database that was put back by hand is noticed."""

import json
import shutil
import sys
import threading
import time

from daemon_under_test import Daemon, command


def submit(daemon, body, key=None):
    status, text = daemon.request("POST", "/v1/jobs", body, key)
    assert status == 201, f"{status} {text}"
    return json.loads(text)["id"]


def tracing(daemon, name, seconds):
    """Writes down each time that it is run."""
    script = f"echo {name} >> {daemon.folder}/trace; sleep {seconds}; echo done-{name} >> {daemon.folder}/trace"
    return command(["/bin/sh", "-c", script]) | {"name": name}


def runs_of(daemon, name):
    trace = daemon.folder / "trace"
    return trace.read_text().split().count(name) if trace.exists() else 0


def await_phase(daemon, job, phase):
    return daemon.await_true(f"{job} is {phase}", lambda: (
        lambda found: found if found and found["phase"] == phase else None)(daemon.job(job)))


def back_up_under_load(daemon, backup):
    """Eight clients submit while the backup is made; it must be whole, and nobody may be refused."""
    stop = threading.Event()
    taken = []

    def client(number):
        count = 0
        while not stop.is_set():
            taken.append(submit(daemon, command(["true"], cpu=100) | {"name": f"load-{number}-{count}"}))
            count += 1

    clients = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for each in clients:
        each.start()
    time.sleep(0.5)
    shown = json.loads(daemon.cli("store", "backup", str(backup), "-o", "json").stdout)
    stop.set()
    for each in clients:
        each.join()
    assert shown["jobs"] > 0 and shown["epoch"] == 1, shown
    again = daemon.cli("store", "backup", str(backup), check=False)
    assert again.returncode == 1 and "replaces no file" in again.stderr, again
    print(f"backed up {shown['jobs']} jobs while {len(taken)} were taken")
    return taken


def restore_and_handle_strays(daemon, backup, token):
    before = submit(daemon, tracing(daemon, "before", 600))  # runs when the backup is made
    await_phase(daemon, before, "Running")
    waiting = submit(daemon, tracing(daemon, "waiting", 600) | {"name": "waiting"})
    await_phase(daemon, waiting, "Running")
    daemon.cli("requeue", waiting, "--reason", "to be waiting")
    daemon.await_true("it was requeued", lambda: daemon.job(waiting)["attempts"] == 2)
    load = back_up_under_load(daemon, backup)
    unknown = submit(daemon, tracing(daemon, "unknown", 600))
    await_phase(daemon, unknown, "Running")
    daemon.kill()

    print(daemon.cli("store", "restore", str(backup), "--state-dir", str(daemon.folder / "state")).stdout)
    daemon.start()
    assert daemon.get("/v1/server")["epoch"] == 2
    status, text = daemon.request("GET", f"/v1/jobs?watch=1&since={token}")
    assert status == 410, f"{status} {text}"

    # What the backup knew to run is gone on with; what it did not know is left alone.
    await_phase(daemon, before, "Running")
    strays = json.loads(daemon.cli("strays", "-o", "json").stdout)["strays"]
    assert [stray["name"] for stray in strays] == [f"{unknown}-a1"], strays
    assert strays[0]["job_phase"] == "", strays
    print(daemon.cli("strays").stdout)
    assert daemon.job(unknown) is None and len(daemon.processes(unknown)) > 0
    assert runs_of(daemon, "before") == 1 and runs_of(daemon, "unknown") == 1

    daemon.cli("strays", "release", f"{unknown}-a1", "--reason", "not wanted")
    daemon.await_true("it is gone", lambda: not daemon.get("/v1/strays")["strays"])
    assert daemon.processes(unknown) == []
    # Jobs that waited wait on for a person's word.
    held = daemon.job(next(job for job in load if daemon.job(job)))
    assert held["phase"] == "Pending" and held["held"]["by"] == "berth", held
    daemon.cli("resume", held["id"])
    assert not daemon.job(held["id"]).get("held"), daemon.job(held["id"])
    for job in (before, waiting):
        daemon.cli("kill", job, "--reason", "seen")
        daemon.await_end(job)


def put_back_by_hand(daemon):
    """As people do: stop, copy the file back, start."""
    job = submit(daemon, command(["true"], cpu=100) | {"name": "by-hand"})
    daemon.stop()
    store = daemon.folder / "state/berth.db"
    shutil.copy(store, daemon.folder / "copy.db")
    daemon.start()
    # Its job starts only after the copy was made: the copy thinks that it waits.
    lost = submit(daemon, tracing(daemon, "lost", 600))
    await_phase(daemon, lost, "Running")
    epoch = daemon.get("/v1/server")["epoch"]
    daemon.stop()
    shutil.copy(daemon.folder / "copy.db", store)
    daemon.start()
    assert daemon.get("/v1/server")["epoch"] == epoch + 1
    assert "store_is_older_than_it_was" in daemon.log_tail()
    assert daemon.job(job)["held"]["by"] == "berth"
    assert [stray["name"] for stray in daemon.get("/v1/strays")["strays"]] == [f"{lost}-a1"]
    assert len(daemon.processes(lost)) > 0, "what ran since was swept"
    daemon.cli("strays", "release", f"{lost}-a1", "--reason", "seen")
    daemon.await_true("it is gone", lambda: not daemon.get("/v1/strays")["strays"])


def adopt_what_the_copy_knew_to_wait(daemon):
    daemon.cli("cordon", "west", "--reason", "so that it waits")
    daemon.cli("cordon", "east", "--reason", "so that it waits")
    job = submit(daemon, tracing(daemon, "adopted", 3))
    backup = daemon.folder / "waiting.db"
    daemon.cli("store", "backup", str(backup))
    daemon.cli("uncordon", "west")
    await_phase(daemon, job, "Running")
    daemon.stop()
    daemon.cli("store", "restore", str(backup), "--state-dir", str(daemon.folder / "state"))
    daemon.start()
    assert daemon.job(job)["phase"] == "Pending"
    daemon.cli("uncordon", "west")
    daemon.cli("resume", job)
    daemon.await_true("it says why it waits", lambda: daemon.job(job)["reason"] == "StrayAttempt")
    daemon.cli("strays", "adopt", f"{job}-a1", "--reason", "still good")
    assert daemon.await_end(job)["phase"] == "Succeeded"
    assert runs_of(daemon, "adopted") == 1, "it ran twice"
    assert runs_of(daemon, "done-adopted") == 1
    daemon.cli("uncordon", "east")


def main():
    with Daemon() as daemon:
        token = daemon.get("/v1/jobs")["token"]
        restore_and_handle_strays(daemon, daemon.folder / "backup.db", token)
        put_back_by_hand(daemon)
        adopt_what_the_copy_knew_to_wait(daemon)
    print("a restore under load, a file put back by hand, a stray adopted: nothing was lost, killed or run twice")
    return 0


if __name__ == "__main__":
    sys.exit(main())
