"""The master of a job's Spark cluster: starts it and publishes where it listens."""

import sys

sys.dont_write_bytecode = True  # the folder of these scripts belongs to the job's record

import argparse
import re

import daemon
import endpoints
import installation
import job_conf

ADDRESSES = {
    "master": re.compile(r"Starting Spark master at spark://(127\.0\.0\.1:\d+)"),
    "ui": re.compile(r"MasterWebUI.* started at http://(127\.0\.0\.1:\d+)"),
}


class Addresses:
    """Read from what the master says; published once all are known."""

    def __init__(self):
        self._found = {}

    def look_at(self, line):
        for name, pattern in ADDRESSES.items():
            said = pattern.search(line)
            if said and name not in self._found:
                self._found[name] = said[1]
                if len(self._found) == len(ADDRESSES):
                    endpoints.publish(self._found)


def run_master(heap_mb):
    installation.check()
    job_conf.write()
    master = daemon.start("Master", heap_mb, [], Addresses().look_at)
    try:
        return master.end_within(None)
    finally:
        endpoints.withdraw()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heap-mb", type=int, required=True)
    sys.exit(run_master(parser.parse_args().heap_mb))
