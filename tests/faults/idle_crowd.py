"""Holds as many idle connections to a socket as it is told, from a process of its own: idle_crowd.py SOCKET COUNT. Says how many
it got, waits for a line, then says on how many of them the daemon had hung up."""

import resource
import select
import socket
import sys


def main(path, count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 100) if hard > 0 else soft, hard))
    crowd = []
    for _ in range(count):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.connect(path)  # waits while the backlog is full
        crowd.append(peer)
    print(len(crowd), flush=True)
    sys.stdin.readline()
    poll = select.poll()
    for peer in crowd:
        poll.register(peer, select.POLLRDHUP)
    print(len(poll.poll(0)), flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
