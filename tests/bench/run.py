#!/usr/bin/env python3
"""Runs Berth's benchmarks and prints what they measured: tests/bench/run.py [NAME...] [-o json]."""

import argparse
import datetime
import importlib
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "measures"), str(HERE.parent / "integration")]

import bench  # noqa: E402
import machine  # noqa: E402
import report as forms  # noqa: E402


def load_measures():
    for file in sorted((HERE / "measures").glob("*.py")):
        importlib.import_module(file.stem)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks; all without one")
    parser.add_argument("-l", "--list", action="store_true", help="say which there are")
    parser.add_argument("-o", "--output", choices=forms.FORMS, default="table")
    parser.add_argument("-r", "--runs", type=int, default=5, help="of each figure (5)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, one run: only whether all of it works")
    return parser.parse_args()


def chosen(names):
    unknown = [name for name in names if name not in bench.MEASURES]
    if unknown:
        sys.exit(f"error: no benchmark \"{unknown[0]}\"; there are: {', '.join(bench.MEASURES)}")
    return [bench.MEASURES[name] for name in names or bench.MEASURES]


def version():
    done = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], text=True,
                          capture_output=True, check=False)
    return done.stdout.strip() or "unknown version"


def main():
    load_measures()
    wish = arguments()
    if wish.list:
        for each in bench.MEASURES.values():
            print(f"{each.name:<12} {each.about}")
        return 0
    measures = chosen(wish.names)
    report = {"date": datetime.datetime.now().astimezone().isoformat(" ", "minutes"), "version": version(),
              "machine": machine.describe(), "load": {"before": machine.load()}, "about": {}, "figures": []}
    failed = []
    for each in measures:
        run = bench.Run(each.name, wish.quick, wish.runs)
        try:
            each.call(run)
        except Exception as error:  # the others still have something to say
            failed.append(f"{each.name}: {type(error).__name__}: {error}")
        report["about"][each.name] = each.about
        report["figures"] += run.figures.values()
    report["load"]["after"] = machine.load()
    print(forms.FORMS[wish.output](report))
    for why in failed:
        print(f"error: {why}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
