"""A disk that dies under a real berthd: at a random flush of the store fsync fails, and what was not flushed is lost. Eight
clients submit meanwhile. The daemon must end with status 74, and after a restart on a good disk every job that was
acknowledged must be there, once."""

import http.client
import os
import random
import shutil
import subprocess
import sys
import threading
import time

from daemon_under_test import BUILD, Daemon, command

ROUNDS = int(os.environ.get("BERTH_FLUSH_ROUNDS", "40"))
SEED = int(os.environ.get("BERTH_SEED", time.time_ns() % 1_000_000))
CLIENTS = 8


class DyingDaemon(Daemon):
    def begin(self, failing_flush):
        environment = dict(os.environ, LD_PRELOAD=str(BUILD / "tests/failing_disk.so"),
                           BERTH_FAIL_FLUSH=str(failing_flush))
        with open(self.folder / "berthd.log", "ab") as log:
            self.process = subprocess.Popen([BUILD / "bin/berthd", "--config", self.site], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, env=environment)


def submit_until_it_dies(daemon, client, number, acknowledged):
    """Keeps what was acknowledged: the name of each job, and its id."""
    for i in range(100_000):
        name = f"r{number}-c{client}-{i}"
        body = command(["true"], cpu=100) | {"name": name}  # fits nowhere: it waits
        try:
            status, text = daemon.request("POST", "/v1/jobs", body, key=name, timeout=20)
        except (OSError, http.client.HTTPException):
            if daemon.process.poll() is not None:
                return
            time.sleep(0.01)
            continue
        if status == 201:
            acknowledged[name] = text.split('"id":"')[1].split('"')[0]


def all_jobs(daemon):
    found, page = {}, ""
    while True:
        answer = daemon.get(f"/v1/jobs?limit=1000&page={page}")
        for job in answer["jobs"]:
            assert job["name"] not in found, f"twice: {job['name']}"
            found[job["name"]] = job["id"]
        page = answer["next"]
        if not page:
            return found


def play_round(daemon, number, dice, acknowledged, tally):
    daemon.begin(dice.randint(1, 120))
    before = len(acknowledged)
    clients = [threading.Thread(target=submit_until_it_dies, args=(daemon, c, number, acknowledged))
               for c in range(CLIENTS)]
    for client in clients:
        client.start()
    status = daemon.process.wait(timeout=120)
    for client in clients:
        client.join()
    log = daemon.log_tail()
    assert status in (1, 74), f"ended with {status}\n{log}"
    assert "disk I/O error" in log, log
    if status == 1:  # it died while the store was being opened
        assert len(acknowledged) == before
        tally["died at start"] += 1
    else:
        tally["died while serving"] += 1
    daemon.start()
    found = all_jobs(daemon)
    lost = {name: id for name, id in acknowledged.items() if found.get(name) != id}
    assert not lost, f"acknowledged and lost: {lost}"
    daemon.stop()


def main():
    print(f"BERTH_SEED={SEED}")
    dice = random.Random(SEED)
    tally = {"died while serving": 0, "died at start": 0}
    acknowledged = {}
    daemon = DyingDaemon()
    try:
        daemon.start()
        daemon.stop()
        for number in range(ROUNDS):
            play_round(daemon, number, dice, acknowledged, tally)
        daemon.start()
        found = all_jobs(daemon)
    finally:
        daemon.stop()
        if sys.exc_info()[0] is not None:
            sys.stderr.write(daemon.log_tail())
        shutil.rmtree(daemon.folder, ignore_errors=True)
    assert tally["died while serving"] > ROUNDS // 2, tally
    print(f"{ROUNDS} rounds: {tally}; {len(acknowledged)} jobs acknowledged, all there; "
          f"{len(found) - len(acknowledged)} there without an answer having come")
    return 0


if __name__ == "__main__":
    sys.exit(main())
