"""Attempts on a daemon: each is refused in words or ended cleanly, and counted. Meanwhile other clients want to be served."""

import json
import socket
import threading

GIVE_UP_S = 120  # only a broken daemon leaves a client alone for so long


def connect(daemon):
    """A connection to the daemon's Unix socket."""
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.settimeout(GIVE_UP_S)
    peer.connect(daemon.socket)
    return peer


def send(peer, data):
    """False: the daemon has hung up before it had all."""
    try:
        peer.sendall(data)
        return True
    except OSError:
        return False


def read_to_end(peer):
    came = b""
    try:
        while piece := peer.recv(65536):
            came += piece
    except TimeoutError:
        raise AssertionError(f"neither answered nor ended within {GIVE_UP_S} s; so far: {came[:300]!r}") from None
    except OSError:
        pass  # a reset is an end, too
    return came


def status_of(answer):
    """0: no answer."""
    if not answer:
        return 0
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12])


def error_of(answer):
    """The code of a refusal, and all that it says."""
    error = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    details = [f"{each['path']}: {each['message']}" for each in error.get("details", [])]
    return error["code"], "; ".join([error["message"], *details])


def head(method="GET", path="/healthz", *fields, host="berth"):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path, body, *fields):
    return head("POST", path, f"Content-Length: {len(body)}", *fields) + body


class Attempts:
    def __init__(self, name, daemon):
        self.name = name
        self.daemon = daemon
        self.refused = 0
        self.ended = 0
        self.taken = 0

    def refuse(self, what, data, *statuses, say="", connect_by=connect):
        """Says `data`; the answer must have one of these statuses, and words."""
        with connect_by(self.daemon) as peer:
            send(peer, data)
            self.note_refusal(what, read_to_end(peer), *statuses, say=say)

    def note_refusal(self, what, answer, *statuses, say=""):
        status = status_of(answer)
        assert status in statuses, f"{what}: {status} instead of {statuses}: {answer[:300]!r}"
        code, message = error_of(answer)
        assert code and message and say in message, f"{what}: {message!r} does not say {say!r}"
        self.refused += 1

    def note_end(self, what, answer):
        assert answer == b"", f"{what}: {answer[:300]!r}"
        self.ended += 1

    def note_taken(self, what, is_right):
        assert is_right, what
        self.taken += 1

    def still_serves(self):
        assert self.daemon.process.poll() is None, "berthd is gone:\n" + self.daemon.log_tail()

    def tell(self, more=""):
        self.still_serves()
        tried = self.refused + self.ended + self.taken
        print(f"{self.name}: {tried} attempts, {self.refused} refused in words, {self.ended} ended, "
              f"{self.taken} served" + more, flush=True)


class OtherClients:
    """Somebody else who goes on asking, on new connections and on one that stays."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.served = 0
        self.failures = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.ask)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.is_over.set()
        self.thread.join()

    def ask(self):
        while not self.is_over.wait(0.02):
            for path in ("/healthz", "/v1/jobs?limit=1"):
                try:
                    status, body = self.daemon.request("GET", path, timeout=GIVE_UP_S)
                    if status != 200:
                        self.failures.append(f"{path}: {status} {body[:200]}")
                except Exception as failed:  # whatever it is, it is a failure
                    self.failures.append(f"{path}: {failed!r}")
                self.served += 1

    def told(self):
        assert not self.failures, self.failures[:5]
        return f", {self.served} requests of others served, {len(self.failures)} failed"


class Memory:
    """How much the daemon holds, and the most that it held since it was last asked."""

    def __init__(self, daemon):
        self.folder = f"/proc/{daemon.process.pid}"

    def field(self, name):
        with open(self.folder + "/status") as status:
            for line in status:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def held_mib(self):
        return self.field("VmRSS")

    def most_mib(self):
        most = self.field("VmHWM")
        with open(self.folder + "/clear_refs", "w") as clear:
            clear.write("5")
        return most
