"""What a benchmark of Berth is written with: a name, a way to run, figures with their runs.

    from bench import measure

    @measure("fsync", "fdatasync calls per second on the bench's disk")
    def fsync(run):
        for _ in run.times(5):
            run.take("fdatasync, 4 KiB", calls / seconds, "1/s")
"""

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(os.environ.get("BERTH_BUILD", "build/dev")).resolve()
MEASURES = {}


@dataclasses.dataclass
class Measure:
    name: str
    about: str
    call: object


def measure(name, about):
    """Registers a function of one argument, a Run. `about` says what its figures are."""

    def register(call):
        MEASURES[name] = Measure(name, about, call)
        return call

    return register


@dataclasses.dataclass
class Figure:
    """One line of the table: the same thing, measured several times."""

    measure: str
    name: str
    unit: str
    aim: float | None = None
    less_is_better: bool = False
    values: list = dataclasses.field(default_factory=list)
    remark: str = ""

    @property
    def median(self):
        return statistics.median(self.values)

    def reached(self):
        """The share of the aim that was reached, 1 and more when it was; None without an aim."""
        if not self.aim or not self.median:
            return None
        return self.aim / self.median if self.less_is_better else self.median / self.aim


class Run:
    """Handed to each benchmark. `quick`: sizes so small that only the working is tried."""

    def __init__(self, name, quick, runs):
        self.name = name
        self.quick = quick
        self.runs = runs
        self.figures = {}

    def times(self, most=None):
        """As many runs as were asked for, at most `most` where one takes long; one when quick."""
        return range(1 if self.quick else min(self.runs, most or self.runs))

    def size(self, full, quick):
        return quick if self.quick else full

    def take(self, name, value, unit, aim=None, less_is_better=False, remark=""):
        """One more run of the figure `name`. An aim is only held against full sizes."""
        aim = None if self.quick else aim
        figure = self.figures.setdefault(name, Figure(self.name, name, unit, aim, less_is_better))
        figure.values.append(value)
        figure.remark = remark or figure.remark

    def program(self, name, *arguments, timeout=1800):
        """The JSON lines that a program of build/dev/bench prints, as dictionaries."""
        self.say(" ".join([name, *map(str, arguments)]))
        done = subprocess.run([BUILD / "bench" / name, *map(str, arguments)], text=True, check=False,
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(f"{name} ended with {done.returncode}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def folder(self):
        """A temporary folder, as a context, on the disk that is measured (BERTH_BENCH_DIR, else TMPDIR)."""
        return tempfile.TemporaryDirectory(prefix="berth-bench-", dir=bench_folder())

    def say(self, what):
        """Where a person waits, something moves."""
        print(f"  {self.name}: {what}", file=sys.stderr, flush=True)


def bench_folder():
    return os.environ.get("BERTH_BENCH_DIR") or tempfile.gettempdir()
