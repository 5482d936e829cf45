"""One program of a cluster. What runs is written down, so that another process can stop it, kill it or start it again."""

import json
import os
import signal
import subprocess

from process_record import ProcessRecord, only_child

MARK = "BERTH_BED"  # in the environment of every part and its children


class Part:
    """`words` and `environment` are asked at each start. A part that is `entered` runs below a program that waits for it."""

    def __init__(self, cluster, name, words, environment=dict, entered=False):
        self.cluster = cluster
        self.name = name
        self.words = words
        self.environment = environment
        self.entered = entered
        self.log = cluster.folder / "log" / f"{name}.log"
        self.file = cluster.folder / "parts" / f"{name}.json"

    def start(self, *flags):
        """Flags are for this run alone, after the usual ones."""
        if self.is_running:
            raise AssertionError(f"{self.name} of {self.cluster.name} runs already")
        self.log.parent.mkdir(exist_ok=True)
        self.file.parent.mkdir(exist_ok=True)
        environment = {**os.environ, MARK: str(self.cluster.folder), **self.environment()}
        with open(self.log, "ab") as log:
            process = subprocess.Popen([str(word) for word in (*self.words(), *flags)], stdout=log, stderr=log,
                                       stdin=subprocess.DEVNULL, env=environment, cwd=self.cluster.folder, start_new_session=True)
        self.write_down(process.pid)

    def write_down(self, pid):
        """The program itself first; the one that it runs below matters only where both were stopped."""
        pids = [only_child(pid), pid] if self.entered else [pid]
        records = [ProcessRecord.of(each) for each in pids if each]
        if None in records or not records:
            raise AssertionError(f"{self.name} of {self.cluster.name} ended at once:\n{self.log_tail()}")
        making = self.file.with_suffix(".new")
        making.write_text(json.dumps([[record.pid, record.started_ticks] for record in records]))
        making.rename(self.file)

    @property
    def records(self):
        try:
            return [ProcessRecord(*fields) for fields in json.loads(self.file.read_text())]
        except OSError:
            return []

    @property
    def pid(self):
        return next((record.pid for record in self.records if record.is_running), None)

    @property
    def is_running(self):
        return any(record.is_running for record in self.records[:1])

    def stop(self, seconds=15):
        """As a site does: SIGTERM, and SIGKILL to what does not heed it."""
        for record in self.records[:1]:
            record.end(seconds)

    def ask_to_stop(self):
        for record in self.records[:1]:
            record.ask_to_end()

    def kill(self):
        """kill -9, and nothing else."""
        for record in self.records[:1]:
            record.kill()

    def restart(self, *flags):
        self.stop()
        self.start(*flags)

    def pause(self):
        """It hangs: connections are taken by the kernel, and nobody answers."""
        for record in self.records[:1]:
            record.signal(signal.SIGSTOP)

    def resume(self):
        for record in self.records:
            record.signal(signal.SIGCONT)

    def log_tail(self, bytes_max=3000):
        return self.log.read_bytes()[-bytes_max:].decode(errors="replace") if self.log.exists() else ""
