"""Every way in which the store's file may be wrong when berthd starts: each is refused in words that say what to do, the
file stays as it is, and `berth store restore` brings a good one back. And a page that is damaged while berthd runs ends it
with the reason."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys

from daemon_under_test import BUILD, Daemon, command

JOBS = 300


class StoreCase:
    def __init__(self, name, damage, words, is_restored=True):
        self.name, self.damage, self.words, self.is_restored = name, damage, words, is_restored


def zero(store):
    store.write_bytes(b"\0" * store.stat().st_size)


def cut(store):
    os.truncate(store, store.stat().st_size // 2)


def empty(store):
    os.truncate(store, 0)


def scribble(store):
    with open(store, "r+b") as file:
        file.seek(100)
        file.write(b"\xee" * 3000)


def no_sqlite(store):
    store.write_bytes(b"a letter to nobody\n" * 1000)


def foreign(store):
    store.unlink()
    with sqlite3.connect(store) as other:
        other.execute("CREATE TABLE songs (title)")


def newer(store):
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA user_version = 99")


def another_instance(store):
    with sqlite3.connect(store) as database:
        database.execute("UPDATE meta SET value = 'fedcba9876543210' WHERE name = 'instance'")


def foreign_log(store):
    """The log of another store, as left by a crash."""
    with Daemon() as other:
        for number in range(20):
            submit(other, number)
        other.kill()
        shutil.copy(other.folder / "state/berth.db-wal", str(store) + "-wal")


CASES = [
    StoreCase("zeros", zero, ["zeros", "berth store restore"]),
    StoreCase("cut short", cut, ["cut short", "berth store restore"]),
    StoreCase("empty", empty, ["is empty", "berth store restore", "high-water"]),
    StoreCase("gone", lambda store: store.unlink(), ["is missing", "berth store restore", "high-water"]),
    StoreCase("scribbled over", scribble, ["damaged", "berth store restore", ".recover"]),
    StoreCase("no SQLite file", no_sqlite, ["no SQLite file", "berth store restore"]),
    StoreCase("of another program", foreign, ["of another program"]),
    StoreCase("of a newer berthd", newer, ["version 99", "newer berthd"]),
    StoreCase("of another Berth", another_instance, ["belongs to the Berth"]),
    StoreCase("beside a foreign log", foreign_log, ["belongs to another file", "berth store restore"]),
]


def submit(daemon, number):
    status, text = daemon.request("POST", "/v1/jobs", command(["true"], cpu=100) | {"name": f"n{number}"})
    assert status == 201, text
    return text.split('"id":"')[1].split('"')[0]


def digests(folder):
    """Of all that holds anything; an empty log beside a file says nothing."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("berth.db*"))
            if not file.name.endswith("-shm") and file.stat().st_size > 0}


def refused(daemon, case):
    store = daemon.folder / "state/berth.db"
    case.damage(store)
    before = digests(store.parent)
    done = subprocess.run([BUILD / "bin/berthd", "--config", daemon.site], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 1, f"{case.name}: {done.returncode}\n{done.stderr}"
    for word in case.words:
        assert word in done.stderr, f"{case.name}: {word!r} is not in:\n{done.stderr}"
    assert digests(store.parent) == before, f"{case.name}: the files were changed"
    print(f"{case.name}: {done.stderr.strip().splitlines()[-1]}")


def restored(daemon, backup):
    daemon.cli("store", "restore", str(backup), "--state-dir", str(daemon.folder / "state"))
    daemon.start()
    found = len(daemon.get("/v1/jobs?limit=1000")["jobs"])
    assert found == JOBS, f"{found} of {JOBS} jobs"
    daemon.stop()


def damaged_while_it_runs(daemon, backup):
    daemon.start()
    store = daemon.folder / "state/berth.db"
    with open(store, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for page in range(20, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xee" * 4096)
    for path in ("/v1/jobs?limit=1000", "/v1/jobs?project=eta&limit=1000"):
        try:
            daemon.request("GET", path)
        except OSError:
            break
        except Exception:  # the answer ended in its middle
            break
    status = daemon.process.wait(timeout=60)
    assert status == 74, status
    log = daemon.log_tail()
    for word in ("store_failed", "malformed", "berth store restore"):
        assert word in log, f"{word!r} is not in:\n{log}"
    restored(daemon, backup)


def main():
    daemon = Daemon()
    try:
        daemon.start()
        for number in range(JOBS):
            submit(daemon, number)
        backup = daemon.folder / "backup.db"
        print(daemon.cli("store", "backup", str(backup)).stdout.strip())
        daemon.stop()
        for case in CASES:
            refused(daemon, case)
            restored(daemon, backup)
        damaged_while_it_runs(daemon, backup)
    finally:
        daemon.stop()
        if sys.exc_info()[0] is not None:
            sys.stderr.write(daemon.log_tail())
        shutil.rmtree(daemon.folder, ignore_errors=True)
    print(f"{len(CASES)} wrong files refused, {len(CASES) + 1} restores, {JOBS} jobs there after each; 1 page damaged "
          "while it ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
