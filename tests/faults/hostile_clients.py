"""Clients that are slow, that never read, that come in crowds: each is cut off in time, memory stays flat, others are served."""

import json
import pathlib
import subprocess
import sys
import time

from attempts import Attempts, Memory, OtherClients, connect, head, post, read_to_end, send, status_of
from daemon_under_test import Daemon, command

CONNECTIONS_MAX = 200
WATCHERS_MAX = 20
CROWD = 10_000
WAITING_JOBS = 1000
GROWTH_MIB_MAX = 24  # between the first round and the last
PEAK_MIB_MAX = 96  # over what is held after the first round
ROUNDS = 2
LITTLE = 0.05  # seconds between the bytes of a slow sender

SITE = f"""
[limits]
request_timeout = "2s"
request_bytes_max = "1Mi"
buffered_bytes_max = "16Mi"
connections_max = {CONNECTIONS_MAX}
watchers_max = {WATCHERS_MAX}
"""


def dribble(peer, data):
    """Byte after byte, each well within any timeout of its own; what the daemon says when it has had enough."""
    peer.setblocking(False)
    for byte in data:
        try:
            peer.send(bytes([byte]))
        except OSError:
            break
        time.sleep(LITTLE)
        try:
            if came := peer.recv(65536):
                peer.setblocking(True)
                return came + read_to_end(peer)
            break
        except BlockingIOError:
            pass
    raise AssertionError("a slow sender was never answered")


def slow_senders(attempts):
    slow = b"x" * 5000
    for what, first, rest in [
            ("a slow head", b"", head("GET", "/healthz", "X: " + slow.decode())),
            ("a slow body", head("POST", "/v1/jobs", "Content-Length: 5000"), slow),
            ("slow chunks", head("POST", "/v1/jobs", "Transfer-Encoding: chunked"), b"1\r\nx\r\n" * 900)]:
        with connect(attempts.daemon) as peer:
            send(peer, first)
            attempts.note_refusal(what, dribble(peer, rest), 408, say="limits.request_timeout")
    for what, rest in [("a slow line in a batch", slow), ("blank lines in a batch", b"\n" * 5000)]:
        with connect(attempts.daemon) as peer:
            send(peer, head("POST", "/v1/jobs:batch", "Content-Length: 5000"))
            answer = dribble_after_head(peer, rest)
        assert b"RequestTimeout" in answer, f"{what}: {answer!r}"
        attempts.refused += 1
    with connect(attempts.daemon) as peer:
        attempts.note_end("a client that says nothing", read_to_end(peer))
    with connect(attempts.daemon) as peer:
        send(peer, head())
        answer = read_to_end(peer)
        assert status_of(answer) == 200, answer
        attempts.ended += 1  # asked once, then says nothing


def dribble_after_head(peer, rest):
    while not (came := peer.recv(65536)):
        pass
    return came + dribble(peer, rest)


def unread_answers(attempts):
    """Many large answers asked for, none taken."""
    crowd = [connect(attempts.daemon) for _ in range(50)]
    for peer in crowd:
        send(peer, head("GET", "/v1/jobs?limit=1000") * 100)
    await_ends(attempts, crowd, "answers that nobody takes")


def unread_streams(attempts):
    """As many as may watch, and none reads; afterwards their places are free again."""
    crowd = [connect(attempts.daemon) for _ in range(WATCHERS_MAX)]
    for peer in crowd:
        peer.setsockopt(1, 8, 1)  # SO_RCVBUF: as small as can be
        send(peer, head("GET", "/v1/jobs?watch=1"))
    await_ends(attempts, crowd, "a watcher that never reads")


def unread_logs(attempts, talkative):
    crowd = [connect(attempts.daemon) for _ in range(WATCHERS_MAX)]
    for peer in crowd:
        send(peer, head("GET", f"/v1/jobs/{talkative}/logs?follow=1"))
    await_ends(attempts, crowd, "a follower of logs that never reads")


def hung_up_watchers(attempts):
    """They leave, with bytes behind their request: their places are free at once."""
    for _ in range(3):
        crowd = [connect(attempts.daemon) for _ in range(WATCHERS_MAX)]
        for peer in crowd:
            send(peer, head("GET", "/v1/jobs?watch=1&since=" + token(attempts.daemon)) + b"more")
            assert status_of(peer.recv(15)) == 200
            peer.close()
        await_free_places(attempts)
        attempts.ended += len(crowd)


def token(daemon):
    return daemon.get("/v1/jobs?limit=1")["token"]


def await_free_places(attempts):
    def is_free():
        with connect(attempts.daemon) as peer:
            send(peer, head("GET", "/v1/jobs?watch=1&since=" + token(attempts.daemon)))
            return status_of(peer.recv(15)) == 200
    attempts.daemon.await_true("a watcher's place is free", is_free)


def unread_batches(attempts):
    """Lines and lines, wrong ones, with long answers that nobody takes."""
    line = json.dumps({"type": "command", **{f"field-{i}": 1 for i in range(30)}}).encode() + b"\n"
    crowd = [connect(attempts.daemon) for _ in range(10)]
    for peer in crowd:
        peer.setblocking(False)
        try:
            peer.send(head("POST", "/v1/jobs:batch", "Content-Length: 200000000"))
        except OSError:
            pass
    lines = line * 200
    open_peers = list(crowd)
    give_up = time.monotonic() + 120
    while open_peers and time.monotonic() < give_up:
        for peer in list(open_peers):
            try:
                peer.send(lines)
            except BlockingIOError:
                continue
            except OSError:
                open_peers.remove(peer)
        time.sleep(0.01)
    assert not open_peers, f"{len(open_peers)} batches go on although nobody takes their answers"
    attempts.ended += len(crowd)
    for peer in crowd:
        peer.close()


def await_ends(attempts, crowd, what):
    """Each must be hung up on; how much came before does not matter."""
    for number, peer in enumerate(crowd):
        def ended(peer=peer):
            try:
                peer.send(b"x")
                return False
            except OSError:
                return True
        attempts.daemon.await_true(f"{what} ({number}) is cut off", ended)
        peer.close()
        attempts.ended += 1


def hoarders(attempts):
    """Every connection busy with half a body: the next client is told so, and after a while there is room again."""
    half = head("POST", "/v1/jobs", "Content-Length: 1000") + b"{"
    crowd = []
    while True:
        peer = connect(attempts.daemon)
        send(peer, half)
        crowd.append(peer)
        if len(crowd) < CONNECTIONS_MAX:
            continue
        with connect(attempts.daemon) as late:
            send(late, head())
            answer = read_to_end(late)
        if status_of(answer) == 503:
            break
        assert len(crowd) < 4 * CONNECTIONS_MAX, "nobody is ever refused"
    attempts.note_refusal("one connection too many", answer, 503, say="limits.connections_max")
    for peer in crowd:
        answer = read_to_end(peer)
        attempts.note_refusal("half a body", answer, 408, 503)
        peer.close()
    attempts.daemon.await_true("there is room again", lambda: attempts.daemon.get("/healthz"))


def large_bodies_at_once(attempts):
    """More than limits.buffered_bytes_max together; a small request still goes through beside them."""
    crowd = [connect(attempts.daemon) for _ in range(60)]
    for peer in crowd:
        send(peer, head("POST", "/v1/jobs", "Content-Length: 1000000") + b" " * 900_000)
    attempts.note_taken("a small request beside large ones", attempts.daemon.get("/healthz") is not None)
    statuses = []
    for peer in crowd:
        answer = read_to_end(peer)
        statuses.append(status_of(answer))
        attempts.note_refusal("a large body among many", answer, 408, 503)
        peer.close()
    assert statuses.count(503) > 0, "limits.buffered_bytes_max was never reached"


def idle_crowd(attempts):
    """Ten thousand connections that ask for nothing: whoever asks for something is served all the same."""
    script = pathlib.Path(__file__).with_name("idle_crowd.py")
    crowd = subprocess.Popen([sys.executable, script, attempts.daemon.socket, str(CROWD)], text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        connected = int(crowd.stdout.readline())
        attempts.note_taken("somebody with a request among the idle",
                            attempts.daemon.get("/v1/jobs?limit=1") is not None)
        crowd.stdin.write("\n")
        crowd.stdin.flush()
        hung_up = int(crowd.stdout.readline())
    finally:
        crowd.kill()
        crowd.wait()
    assert connected == CROWD, f"{connected} of {CROWD} could connect"
    assert hung_up >= CROWD - CONNECTIONS_MAX, f"only {hung_up} of {CROWD} were hung up on"
    attempts.ended += connected


def busy_jobs(daemon):
    """A job that never stops talking, and so many that wait that a list of them is long."""
    talkative = command(["sh", "-c", "while :; do echo it goes on and on and on; done"], cpu="100m")
    status, text = daemon.request("POST", "/v1/jobs", talkative)
    assert status == 201, text
    waiting = json.dumps(command(["true"], cpu=100, labels={"why": "x" * 500}))
    with connect(daemon) as peer:
        send(peer, post("/v1/jobs:batch", "\n".join([waiting] * WAITING_JOBS).encode()))
        read_to_end(peer)
    talkative = json.loads(text)["id"]
    daemon.await_true("it talks", lambda: daemon.job(talkative)["phase"] == "Running")
    return talkative


def one_round(daemon, talkative):
    attempts = Attempts("hostile clients", daemon)
    for kind in (slow_senders, unread_answers, unread_streams, hung_up_watchers, unread_batches,
                 large_bodies_at_once, idle_crowd):
        kind(attempts)
        attempts.still_serves()
    unread_logs(attempts, talkative)
    return attempts


def main():
    with Daemon(SITE) as daemon:
        talkative = busy_jobs(daemon)
        memory = Memory(daemon)
        with OtherClients(daemon) as others:
            one_round(daemon, talkative)
            memory.most_mib()
            before = memory.held_mib()
            for _ in range(ROUNDS - 1):
                attempts = one_round(daemon, talkative)
            after, most = memory.held_mib(), memory.most_mib()
        hoarders(attempts)  # others cannot be served meanwhile, and are told so
        attempts.tell(f", {ROUNDS} rounds, memory {before:.1f} -> {after:.1f} MiB, at most {most:.1f}" + others.told())
        assert after - before < GROWTH_MIB_MAX, f"grew by {after - before:.1f} MiB"
        assert most - before < PEAK_MIB_MAX, f"held {most:.1f} MiB at once"
        daemon.request("POST", f"/v1/jobs/{talkative}:kill", {"reason": "heard enough"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
