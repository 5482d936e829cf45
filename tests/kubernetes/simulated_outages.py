"""Outages of two clusters with real operators and simulated nodes: no job is lost by them, none runs twice, and nothing stays behind."""

import sys

import outages_of_nodes
import outages_of_servers
from simulated_site import run_on_two_clusters
from site_on_bed import assert_nothing_left


def play(one, two):
    with outages_of_servers.site_with_token(one, two) as daemon:
        daemon.await_clusters()
        outages_of_nodes.play(daemon, one)
        outages_of_servers.play(daemon, one)
    for cluster in (one, two):
        assert_nothing_left(cluster)


if __name__ == "__main__":
    sys.exit(run_on_two_clusters(play))
