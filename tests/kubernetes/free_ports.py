"""Ports for parts that keep theirs over a restart."""

import pathlib
import random
import socket

LOWEST = 20000


def free_ports(names):
    """Below those that the kernel gives to outgoing connections: one of these could take a port while its part is down."""
    highest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    if highest <= LOWEST + 1000:
        raise AssertionError(f"no room for ports between {LOWEST} and {highest}, where outgoing connections begin")
    free = []
    while len(free) < len(names):
        port = random.randrange(LOWEST, highest)
        if port not in free and is_free(port):
            free.append(port)
    return dict(zip(names, free))


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
            return True
        except OSError:
            return False
