"""Requests that no friend would send: wrong JSON, wrong HTTP, wrong lines in a batch. Each is refused in words or ended, memory
stays flat, and others are served."""

import json
import random
import sys

from attempts import Attempts, Memory, OtherClients, connect, head, post, read_to_end, send
from daemon_under_test import Daemon, command

WARM_UP_TIMES = 12
ROUNDS = 3
GROWTH_MIB_MAX = 16  # between the first round and the last
PEAK_MIB_MAX = 64  # over what is held after the first round
HUNDRED_MIB = 100 << 20

SITE = """
[limits]
request_timeout = "20s"
batch_bytes_max = "1Mi"
"""


def job(**fields):
    return json.dumps(command(["true"], **fields)).encode()


def section(**fields):
    request = command(["true"])
    request["command"].update(fields)
    return json.dumps(request).encode()


def wrong_json(attempts):
    good = job()
    for what, body, say in [
            ("nothing", b"", ""),
            ("truncated", good[:-7], ""),
            ("cut in a string", good[:20], ""),
            ("no JSON", b"type: command", ""),
            ("two values", good + good, ""),
            ("a list", b"[]", "object"),
            ("a number", b"7", "object"),
            ("NaN", b'{"priority": NaN}', ""),
            ("an infinity", b'{"priority": Infinity}', ""),
            ("a huge number", b'{"priority": 1e999}', ""),
            ("nested without end", b"[" * 200_000, "nested deeper"),
            ("nested 10,000 deep", b'{"labels":' * 10_000 + b"1" + b"}" * 10_000, "nested deeper"),
            ("no UTF-8", b'{"name": "\xff\xfe"}', "UTF-8"),
            ("overlong UTF-8", b'{"name": "\xc0\xaf"}', "UTF-8"),
            ("half a surrogate", b'{"name": "\\ud800"}', ""),
            ("a raw NUL", b'{"name": "a\0b"}', ""),
            ("a key twice", b'{"type": "command", "type": "ray"}', "stands twice"),
            ("a key twice, written otherwise", b'{"type": "command", "t\\u0079pe": "ray"}', "stands twice"),
            ("a byte order mark in UTF-16", "{}".encode("utf-16"), "UTF-8"),
            ("a comment", b'{"type": /* ray */ "command"}', ""),
            ("a key of 500 KiB", b'{"' + b"k" * (500 << 10) + b'": 1}', ""),
            ("50,000 unknown fields", json.dumps({f"f{i}": i for i in range(50_000)}).encode(), ""),
            ("200,000 lists", b"[" + b"[]," * 200_000 + b"[]]", "object"),
    ]:
        attempts.refuse(f"JSON: {what}", post("/v1/jobs", body, "Connection: close"), 400, say=say)
    for path in ("/v1/plan", "/v1/jobs/jnone:kill", "/v1/clusters/west:cordon"):
        attempts.refuse(f"JSON for {path}", post(path, b'{"reason": ', "Connection: close"), 400)


def wrong_fields(attempts):
    for what, body, say in [
            ("a wrong type", job(name=7), "name"),
            ("an unknown field", job(nmae="x"), "nmae"),
            ("an unknown field of its section", section(rum="x"), "command.rum"),
            ("a section that is text", json.dumps(command([]) | {"command": "true"}).encode(), "command"),
            ("a program that is a number", section(run=[7]), "command.run"),
            ("no program", section(run=[]), "command.run"),
            ("a negative count", section(replicas=-1), "command.replicas"),
            ("a huge count", section(replicas=10**30), "command.replicas"),
            ("half a replica", section(replicas=0.5), "command.replicas"),
            ("negative GPUs", section(gpu=-1), "command.gpu"),
            ("negative memory", section(memory="-1Gi"), "command.memory"),
            ("memory without end", section(memory="9" * 400 + "Gi"), "command.memory"),
            ("a huge priority", job(priority=10**18), "priority"),
            ("labels that are no text", job(labels={"a": {"b": 1}}), "labels.a"),
            ("a name with a line break", job(name="a\nb"), "name"),
            ("a project out of its folder", job(project="../../etc"), "project"),
            ("a NUL in the program", section(run=["echo", "a\0b"]), "command.run[1]"),
            ("a NUL in the environment", section(env={"A": "a\0b"}), "command.env.A"),
            ("a NUL in a name of the environment", section(env={"A\0B": "x"}), "command.env"),
            ("a NUL in a label", job(labels={"a": "\0"}), "labels.a"),
            ("a wrong duration", job(run_deadline="1 fortnight"), "run_deadline"),
    ]:
        attempts.refuse(f"fields: {what}", post("/v1/jobs", body, "Connection: close"), 400, say=say)
    for what, key in [("long", "k" * 300), ("with blanks", "a b"), ("of control characters", "a\tb")]:
        attempts.refuse(f"an idempotency key that is {what}",
                        post("/v1/jobs", job(), f"Idempotency-Key: {key}", "Connection: close"), 400)


def ambiguous_ends(attempts):
    """Where one reader would see one request and another two."""
    body = b"0\r\n\r\n"
    for what, fields in [
            ("both lengths", ["Content-Length: 5", "Transfer-Encoding: chunked"]),
            ("both, the other way round", ["Transfer-Encoding: chunked", "Content-Length: 5"]),
            ("the same length twice", ["Content-Length: 5", "Content-Length: 5"]),
            ("two lengths", ["Content-Length: 5", "Content-Length: 6"]),
            ("a list of lengths", ["Content-Length: 5, 5"]),
            ("a negative length", ["Content-Length: -5"]),
            ("a signed length", ["Content-Length: +5"]),
            ("a length in hex", ["Content-Length: 0x5"]),
            ("a length without end", ["Content-Length: " + "9" * 60]),
            ("an empty length", ["Content-Length:"]),
            ("another encoding", ["Transfer-Encoding: gzip, chunked"]),
            ("an encoding behind chunked", ["Transfer-Encoding: chunked, identity"]),
            ("nearly chunked", ["Transfer-Encoding: xchunked"]),
            ("chunked with a bell", ["Transfer-Encoding: chunked\x07"]),
            ("chunked twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]),
            ("a folded field", ["Transfer-Encoding:\r\n chunked"]),
            ("a folded field with a tab", ["X: a\r\n\tContent-Length: 5"]),
            ("a blank before the colon", ["Content-Length : 5"]),
            ("two hosts", ["Host: other", "Content-Length: 5"]),
    ]:
        attempts.refuse(f"ends: {what}", head("POST", "/v1/jobs", *fields) + body, 400)
    for what, data in [
            ("chunks in HTTP/1.0", b"POST /v1/jobs HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + body),
            ("no host", b"GET /healthz HTTP/1.1\r\n\r\n"),
            ("bare line feeds", b"GET /healthz HTTP/1.1\nHost: berth\n\n"),
    ]:
        attempts.refuse(f"ends: {what}", data, 400)
    for what, chunks in [
            ("no number", b"zz\r\n"), ("a negative one", b"-1\r\n"), ("an overflow", b"f" * 17 + b"\r\n"),
            ("an empty one", b"\r\n"), ("blanks", b"  5\r\nhello\r\n"), ("a chunk without its end", b"1\r\nab\r\n0\r\n\r\n"),
            ("an extension without end", b"1;" + b"x" * (200 << 10)),
            ("a trailer without end", b"0\r\n" + b"X: y\r\n" * 40_000)]:
        attempts.refuse(f"chunk size: {what}", head("POST", "/v1/jobs", "Transfer-Encoding: chunked") + chunks, 400)


def no_http(attempts):
    client_hello = bytes.fromhex("16030100c8010000c40303") + bytes(range(200))
    for what, data in [
            ("TLS", client_hello),
            ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9),
            ("HTTP/0.9", b"GET /healthz\r\n\r\n"),
            ("HTTP/3.0", b"GET / HTTP/3.0\r\nHost: berth\r\n\r\n"),
            ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            ("a script", b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n"),
            ("zeros", b"\0" * 1000),
            ("a NUL in a field", b"GET /healthz HTTP/1.1\r\nHost: be\0rth\r\n\r\n"),
            ("a NUL in the path", b"GET /health\0z HTTP/1.1\r\nHost: berth\r\n\r\n"),
            ("a blank in the path", b"GET /v1/jobs /etc HTTP/1.1\r\nHost: berth\r\n\r\n"),
            ("a field without a name", b"GET /healthz HTTP/1.1\r\n: berth\r\n\r\n"),
    ]:
        attempts.refuse(f"no HTTP: {what}", data, 400)
    chance = random.Random(4)
    for number in range(20):
        with connect(attempts.daemon) as peer:
            send(peer, chance.randbytes(chance.randint(1, 5000)) + b"\r\n\r\n")
            peer.shutdown(1)
            answer = read_to_end(peer)
        if answer:
            attempts.note_refusal(f"garbage {number}", answer, 400, 431)
        else:
            attempts.note_end(f"garbage {number}", answer)


def strange_requests(attempts):
    close = "Connection: close"
    for what, data, statuses in [
            ("a path that is not there", head("GET", "/v1/jbos", close), [404]),
            ("a path out of its folder", head("GET", "/v1/../../etc/passwd", close), [404]),
            ("another server's address", head("GET", "http://evil.example/v1/jobs", close), [404]),
            ("a NUL in a job's id", head("GET", "/v1/jobs/j%00", close), [404]),
            ("no UTF-8 in a job's id", head("GET", "/v1/jobs/j%ff", close), [404]),
            ("a broken escape", head("GET", "/v1/jobs?limit=%zz", close), [400]),
            ("a limit without end", head("GET", "/v1/jobs?limit=" + "9" * 400, close), [400]),
            ("a negative limit", head("GET", "/v1/jobs?limit=-1", close), [400]),
            ("an unknown parameter", head("GET", "/v1/jobs?limt=1", close), [400]),
            ("10,000 parameters", head("GET", "/v1/jobs?" + "&" * 10_000 + "x=1", close), [400]),
            ("a page that is none", head("GET", "/v1/jobs?page=%27%20OR%201=1", close), [400]),
            ("a token that is none", head("GET", "/v1/jobs?watch=1&since=-1--1", close), [400]),
            ("DELETE", head("DELETE", "/v1/jobs", close), [405]),
            ("OPTIONS", head("OPTIONS", "/v1/jobs", close), [405]),
            ("TRACE", head("TRACE", "/healthz", close), [405]),
            ("OPTIONS *", head("OPTIONS", "*", close), [404]),
            ("CONNECT", head("CONNECT", "berth:22", close), [404]),
            ("a field of 100 KiB", head("GET", "/healthz", "X: " + "x" * (100 << 10)), [431]),
            ("10,000 fields", head("GET", "/healthz", *["X: y"] * 10_000), [431]),
            ("a path of 100 KiB", head("GET", "/" + "x" * (100 << 10)), [431, 400]),
            ("a stream in HTTP/1.0", b"GET /v1/jobs?watch=1 HTTP/1.0\r\n\r\n", [505]),
            ("a batch in HTTP/1.0", b"POST /v1/jobs:batch HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", [505]),
    ]:
        attempts.refuse(what, data, *statuses)


def large_bodies(attempts):
    megabyte = b" " * (1 << 20)

    def say(what, first, piece, pieces):
        with connect(attempts.daemon) as peer:
            send(peer, first)
            for _ in range(pieces):
                if not send(peer, piece):
                    break
            attempts.note_refusal(what, read_to_end(peer), 413, say="limits.request_bytes_max")

    declared = head("POST", "/v1/jobs", f"Content-Length: {HUNDRED_MIB}")
    chunked = head("POST", "/v1/jobs", "Transfer-Encoding: chunked")
    say("100 MiB, declared", declared, b"", 0)
    say("100 MiB, declared and sent", declared, megabyte, 100)
    say("100 MiB in chunks", chunked, b"100000\r\n" + megabyte + b"\r\n", 100)
    say("100 MiB in one chunk", chunked + b"6400000\r\n", megabyte, 100)
    say("100 MiB, first asked for", head("POST", "/v1/jobs", f"Content-Length: {HUNDRED_MIB}",
                                         "Expect: 100-continue"), b"", 0)


def cut_short(attempts):
    """The client leaves in the middle: nobody is there to be told."""
    whole = post("/v1/jobs", job())
    for what, data in [("nothing at all", b""), ("half a line", whole[:9]), ("half a head", whole[:40]),
                       ("half a body", whole[:-30]),
                       ("half a chunk", head("POST", "/v1/jobs", "Transfer-Encoding: chunked") + b"ff\r\nabc")]:
        with connect(attempts.daemon) as peer:
            send(peer, data)
            peer.shutdown(1)
            attempts.note_end(f"left after {what}", read_to_end(peer))


def batch_lines(answer):
    """The lines of a chunked answer."""
    body, rest = b"", answer.partition(b"\r\n\r\n")[2]
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        body, rest = body + rest[:int(size, 16)], rest[int(size, 16) + 2:]
    return [json.loads(line) for line in body.splitlines()]


def wrong_batches(attempts):
    wrong = [b"{", b"[]", b"7", b"\xff", b'{"request": 1}', b'{"request": {}, "kye": 1}', b"[" * 5000,
             b'{"request": {"type": "command"}, "idempotency_key": 7}', b'{"a": 1, "a": 2}', b"x" * (600 << 10)]
    lines = [line for each in wrong for line in (each, job())]
    with connect(attempts.daemon) as peer:
        send(peer, post("/v1/jobs:batch", b"\n".join(lines), "Connection: close"))
        answers = batch_lines(read_to_end(peer))
    assert len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines"
    for line, answer in zip(lines, answers):
        if line in wrong:
            assert answer["error"]["code"] in ("BadRequest", "TooLarge"), f"{line[:60]!r}: {answer}"
            attempts.refused += 1
        else:
            attempts.note_taken("a good line between bad ones", "id" in answer)
    large = b"".join([b'{"x": "' + b"x" * 1000 + b'"}\n'] * 2000)
    attempts.refuse("a batch that says that it is too large", post("/v1/jobs:batch", large), 413,
                    say="limits.batch_bytes_max")
    for what, chunks, code in [
            ("that becomes too large", b"%x\r\n%s\r\n" % (len(large), large), "TooLarge"),
            ("of wrong chunks", b"2\r\n7\n\r\nzz\r\n", "BadRequest")]:
        with connect(attempts.daemon) as peer:
            send(peer, head("POST", "/v1/jobs:batch", "Transfer-Encoding: chunked") + chunks)
            last = batch_lines(read_to_end(peer))[-1]
        assert last["error"]["code"] == code, f"a batch {what}: {last}"
        attempts.refused += 1


def pipelined(attempts):
    count = 1000
    with connect(attempts.daemon) as peer:
        send(peer, head() * (count - 1) + head("GET", "/healthz", "Connection: close") + b"GARBAGE")
        answers = read_to_end(peer).count(b"HTTP/1.1 200 OK")
    attempts.note_taken(f"{count} requests at once: {answers} answers", answers == count)
    with connect(attempts.daemon) as peer:
        send(peer, head() * 3 + b"\x16\x03\x01 garbage\r\n\r\n" + head() * 3)
        came = read_to_end(peer)
    attempts.note_refusal("garbage behind three requests", came[came.rindex(b"HTTP/1.1 "):], 400)
    assert came.count(b"HTTP/1.1 200 OK") == 3, came


def one_round(daemon):
    attempts = Attempts("hostile input", daemon)
    for kind in (wrong_json, wrong_fields, ambiguous_ends, no_http, strange_requests, large_bodies, cut_short,
                 wrong_batches, pipelined):
        kind(attempts)
        attempts.still_serves()
    return attempts


def warm_up(daemon):
    """Each thread that serves keeps room for the largest document that it ever read, and chance says which one reads it."""
    for _ in range(WARM_UP_TIMES):
        wrong_json(Attempts("warming up", daemon))


def main():
    with Daemon(SITE) as daemon, OtherClients(daemon) as others:
        memory = Memory(daemon)
        warm_up(daemon)
        one_round(daemon)
        memory.most_mib()
        before = memory.held_mib()
        for _ in range(ROUNDS - 1):
            attempts = one_round(daemon)
        after, most = memory.held_mib(), memory.most_mib()
        attempts.tell(f", {ROUNDS} rounds, memory {before:.1f} -> {after:.1f} MiB, at most {most:.1f}" + others.told())
        assert after - before < GROWTH_MIB_MAX, f"grew by {after - before:.1f} MiB"
        assert most - before < PEAK_MIB_MAX, f"held {most:.1f} MiB at once"
    return 0


if __name__ == "__main__":
    sys.exit(main())
