"""Outages of two clusters with real operators and simulated nodes: no job is lost by them, none runs twice, and nothing stays behind."""

import sys

import outages_of_nodes
import outages_of_servers
import programs
from simulated_site import two_clusters
from site_on_bed import assert_nothing_left


def play(one, two):
    with outages_of_servers.site_with_token(one, two) as daemon:
        daemon.await_clusters()
        outages_of_nodes.play(daemon, one)
        outages_of_servers.play(daemon, one)
    for cluster in (one, two):
        assert_nothing_left(cluster)


def main():
    try:
        programs.demand(node=False)
        programs.built()
    except programs.Missing as missing:
        print(f"skipped: {missing}")
        return programs.SKIPPED
    with two_clusters() as clusters:
        play(*clusters)
    return 0


if __name__ == "__main__":
    sys.exit(main())
