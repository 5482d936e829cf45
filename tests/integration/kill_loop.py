"""kill -9 of berthd at random moments between a job's submission and its end, a hundred times; every fifth time its
supervisor too. Every job that was acknowledged ends with its right result and ran once for each attempt."""

import http.client
import os
import random
import signal
import sys
import threading
import time

from daemon_under_test import Daemon, command

ROUNDS = int(os.environ.get("BERTH_KILL_ROUNDS", "100"))
SEED = int(os.environ.get("BERTH_SEED", time.time_ns() % 1_000_000))


def job_of(number, trace, seconds, code):
    script = f"echo start >> {trace}; sleep {seconds:.3f}; echo end >> {trace}; exit {code}"
    return command(["/bin/sh", "-c", script], retry={"limit": 5, "on": ["NodeLost"]})


def submit_whatever_happens(daemon, body, key):
    """As a client does: the same request with the same key until an answer comes."""
    while True:
        try:
            status, text = daemon.request("POST", "/v1/jobs", body, key, timeout=5)
            assert status in (200, 201), f"{status} {text}"
            return text.split('"id":"')[1].split('"')[0]
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)


def kill_a_supervisor(daemon, job_id):
    for pid in daemon.supervisors(job_id)[:1]:
        try:
            os.kill(pid, signal.SIGKILL)
            return 1
        except ProcessLookupError:
            pass
    return 0


def play_round(daemon, number, dice, tally):
    trace = daemon.folder / f"trace-{number}"
    code = dice.choice([0, 0, 0, 3, 7])
    supervisor_too = number % 5 == 0  # such jobs live long enough to have one
    body = job_of(number, trace, dice.uniform(0.8, 1.2) if supervisor_too else dice.uniform(0, 0.4), code)
    answer = []
    client = threading.Thread(target=lambda: answer.append(submit_whatever_happens(daemon, body, f"key-{number}")))
    client.start()
    time.sleep(dice.uniform(0, 0.6))
    daemon.kill()
    killed = 0
    if supervisor_too and answer:
        killed = kill_a_supervisor(daemon, answer[0])
    time.sleep(dice.uniform(0, 0.1))
    daemon.start()
    client.join()
    job_id = answer[0]
    job = daemon.await_end(job_id)
    check_end(daemon, job, trace, code, killed)
    tally["supervisors killed"] += killed
    tally["attempts"] += job["attempts"]
    tally["succeeded" if code == 0 else "failed as they should"] += 1


def check_end(daemon, job, trace, code, supervisor_killed):
    job_id = job["id"]
    lines = trace.read_text().split()
    assert job["phase"] == ("Succeeded" if code == 0 else "Failed"), job
    assert job["exit_code"] == code, job
    if supervisor_killed:
        # What it saw is unknown, so its attempt was lost and another one made; unless it died before
        # its program was started: then that same attempt was launched again.
        assert lines.count("start") <= job["attempts"] <= 2 and lines[-1] == "end", f"{job_id}: {lines}, {job}"
    else:
        assert job["attempts"] == 1 and lines == ["start", "end"], f"{job_id}: {lines}, {job}"
    assert daemon.processes(job_id) == [], f"{job_id} left processes"
    assert daemon.supervisors(job_id) == [], f"{job_id} left a supervisor"


def main():
    print(f"BERTH_SEED={SEED}")
    dice = random.Random(SEED)
    tally = {"supervisors killed": 0, "attempts": 0, "succeeded": 0, "failed as they should": 0}
    with Daemon() as daemon:
        for number in range(ROUNDS):
            play_round(daemon, number, dice, tally)
        listed = daemon.get("/v1/jobs?limit=1000")["jobs"]
        assert len(listed) == ROUNDS, f"{len(listed)} jobs for {ROUNDS} submissions"
        daemon.assert_all_free()
    print(f"{ROUNDS} rounds: {tally}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
