"""What pods of a job's Ray cluster run beside Ray itself, with nothing but Python.

  find-head   waits for the head and writes its address to the file BERTH_HEAD_FILE (for workers of
              clusters without Services)
  submit      runs BERTH_ENTRYPOINT on the cluster, prints what it prints, and ends as it ends

BERTH_HEAD_SELECTOR are labels of the head's pod, by which the API server is asked for it. Without
it `submit` goes to RAY_DASHBOARD_ADDRESS.
"""

import base64
import http.client
import json
import os
import socket
import ssl
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ACCOUNT = os.environ.get("BERTH_ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount")
TERMINATION_LOG = os.environ.get("BERTH_TERMINATION_LOG", "/dev/termination-log")
GCS_PORT = 6379
DASHBOARD_PORT = 8265
TIMEOUT_SECONDS = 10
LOOK_EVERY_SECONDS = float(os.environ.get("BERTH_LOOK_EVERY_SECONDS", "0.5"))
# The head may be away for a moment; one that stays away has taken the job with it.
GIVE_UP_SECONDS = float(os.environ.get("BERTH_GIVE_UP_SECONDS", "60"))
MESSAGE_MAX = 3000
LAST_LOG_TRIES = 3  # once the job is over
ENDS = ("SUCCEEDED", "FAILED", "STOPPED")


def say(words):
    print("berth: " + words, flush=True)


# ---- where the head is


def read_account(name):
    with open(os.path.join(ACCOUNT, name), encoding="utf-8") as file:
        return file.read().strip()


def api_server():
    host = os.environ["KUBERNETES_SERVICE_HOST"]
    host = f"[{host}]" if ":" in host else host
    return f"https://{host}:{os.environ.get('KUBERNETES_SERVICE_PORT', '443')}"


def list_heads(selector):
    """Both are read anew each time: the token is renewed while the pod runs."""
    namespace = read_account("namespace")
    query = urllib.parse.urlencode({"labelSelector": selector})
    url = f"{api_server()}/api/v1/namespaces/{namespace}/pods?{query}"
    request = urllib.request.Request(url, headers={"Authorization": "Bearer " + read_account("token")})
    context = ssl.create_default_context(cafile=os.path.join(ACCOUNT, "ca.crt"))
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context) as answer:
        return json.load(answer)["items"]


def address_in(pods):
    """That of the newest which is neither over nor going."""
    alive = [
        pod
        for pod in pods
        if pod["status"].get("podIP")
        and pod["status"].get("phase") not in ("Succeeded", "Failed")
        and not pod["metadata"].get("deletionTimestamp")
    ]
    newest = max(alive, key=lambda pod: pod["metadata"].get("creationTimestamp", ""), default=None)
    return newest and newest["status"]["podIP"]


def why_not(error):
    if isinstance(error, urllib.error.HTTPError) and error.code in (401, 403):
        return (
            f"the API server refuses to list pods (HTTP {error.code}); the pod's service account"
            " needs a role with the verb list for pods"
        )
    return f"the API server does not answer: {error}"


def find_head(selector):
    """Waits for as long as it takes: the job's start deadline ends it."""
    told = ""
    while True:
        try:
            address = address_in(list_heads(selector))
            if address:
                return address
            words = "the head has no address yet"
        except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
            words = why_not(error)
        if words != told:
            say(words)
            told = words
        time.sleep(LOOK_EVERY_SECONDS)


def with_port(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def answers(address, port):
    try:
        with socket.create_connection((address, port), timeout=TIMEOUT_SECONDS):
            return True
    except OSError:
        return False


def write_whole(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def find_head_for_worker():
    selector, port = os.environ["BERTH_HEAD_SELECTOR"], int(os.environ.get("BERTH_GCS_PORT", GCS_PORT))
    while True:
        address = find_head(selector)
        if answers(address, port):
            break
        time.sleep(LOOK_EVERY_SECONDS)
    write_whole(os.environ["BERTH_HEAD_FILE"], with_port(address, port))
    say(f"the head listens at {with_port(address, port)}")


# ---- the job


class Away(Exception):
    """The head does not answer, which may pass."""


class Refused(Exception):
    """The head answered, and will not have it."""


def token_headers():
    token = os.environ.get("RAY_AUTH_TOKEN", "")
    return {"X-Ray-Authorization": "Bearer " + token} if token else {}


def ask(dashboard, method, path, body=None):
    """The answer's JSON; None when there is no such thing."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **token_headers()}
    request = urllib.request.Request(f"http://{dashboard}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404 and method == "GET":
            return None
        words = f"HTTP {error.code}: {error.read(2000).decode(errors='replace').strip()}"
        raise (Refused if error.code < 500 else Away)(words) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Away(str(error)) from error


def persist(action):
    give_up_at = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            return action()
        except Away as error:
            if time.monotonic() > give_up_at:
                raise
            say(f"the head does not answer: {error}")
            time.sleep(LOOK_EVERY_SECONDS)


def submit_once(dashboard, submission, entrypoint):
    """A submission that is there already is ours, from before."""
    if ask(dashboard, "GET", f"/api/jobs/{submission}") is None:
        ask(dashboard, "POST", "/api/jobs/", {"entrypoint": entrypoint, "submission_id": submission})


class Frames:
    """The texts that a WebSocket gives (RFC 6455), as they come."""

    TEXT_PARTS, CLOSE, PING, PONG = (0, 1), 8, 9, 10

    def __init__(self, dashboard, path):
        url = urllib.parse.urlsplit("//" + dashboard)
        self._socket = socket.create_connection((url.hostname, url.port or 80), TIMEOUT_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {dashboard}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
            *(f"{name}: {value}" for name, value in token_headers().items()),
        ]  # fmt: skip
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._file = self._socket.makefile("rb")
        status = self._file.readline().decode(errors="replace").strip()
        while self._file.readline().strip():
            pass
        if " 101 " not in status + " ":
            raise OSError(f"no log: {status or 'the connection broke'}")
        self._socket.settimeout(None)

    def close(self):
        self._file.close()
        self._socket.close()

    def _read(self, size):
        data = self._file.read(size)
        if len(data) < size:
            raise OSError("the connection broke")
        return data

    def _read_frame(self):
        first, second = self._read(2)
        size = second & 127
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        return first & 15, self._read(size)

    def _pong(self, data):
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data[:125]))
        self._socket.sendall(bytes([128 | self.PONG, 128 | len(masked)]) + mask + masked)

    def __iter__(self):
        while True:
            kind, data = self._read_frame()
            if kind == self.CLOSE:
                return
            if kind == self.PING:
                self._pong(data)
            elif kind in self.TEXT_PARTS:
                yield data


def follow_log(dashboard, submission, printed):
    """How many bytes are printed in all, and True at the log's end. It begins anew with each connection."""
    frames = Frames(dashboard, f"/api/jobs/{submission}/logs/tail")
    seen, is_whole = 0, False
    try:
        for data in frames:
            seen += len(data)
            if seen > printed:
                sys.stdout.buffer.write(data[len(data) - (seen - printed) :])
                sys.stdout.buffer.flush()
                printed = seen
        is_whole = True
    except OSError:
        pass
    finally:
        frames.close()
    return printed, is_whole


def look(dashboard, submission):
    details = persist(lambda: ask(dashboard, "GET", f"/api/jobs/{submission}"))
    if details is None:
        raise Refused("the head does not know the job any more: it was started again")
    return details


def follow(dashboard, submission):
    """The details of the job once it is over, and its log is printed."""
    printed, tries = 0, LAST_LOG_TRIES
    while True:
        is_whole = False
        try:
            printed, is_whole = follow_log(dashboard, submission, printed)
        except OSError:
            pass  # the job's state decides
        details = look(dashboard, submission)
        if details.get("status") in ENDS:
            tries -= 1
            if is_whole or tries == 0:
                return details
        time.sleep(LOOK_EVERY_SECONDS)


def exit_code_of(details):
    if details["status"] == "SUCCEEDED":
        return 0
    code = details.get("driver_exit_code") or 1
    return 128 - code if code < 0 else code


def note_end(status, code, message):
    """For whoever reads the pod's status."""
    end = {"status": status, "exit_code": code, "message": (message or "")[-MESSAGE_MAX:]}
    try:
        with open(TERMINATION_LOG, "w", encoding="utf-8") as file:
            json.dump({"berth": end}, file)
    except OSError as error:
        say(f"cannot note the end: {error}")


def dashboard_address():
    selector = os.environ.get("BERTH_HEAD_SELECTOR")
    if selector:
        return with_port(find_head(selector), DASHBOARD_PORT)
    address = os.environ["RAY_DASHBOARD_ADDRESS"]
    return address.removeprefix("http://")


def submit():
    submission = os.environ["RAY_JOB_SUBMISSION_ID"]
    dashboard = dashboard_address()
    try:
        persist(lambda: submit_once(dashboard, submission, os.environ["BERTH_ENTRYPOINT"]))
    except (Away, Refused) as error:
        say(f"not submitted: {error}")
        note_end("NOT_SUBMITTED", 1, str(error))
        return 1
    try:
        details = follow(dashboard, submission)
    except (Away, Refused) as error:
        say(f"the job is lost: {error}")
        note_end("LOST", 1, str(error))
        return 1
    code = exit_code_of(details)
    note_end(details["status"], code, details.get("message"))
    return code


if __name__ == "__main__":
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb == "find-head":
        find_head_for_worker()
    elif verb == "submit":
        sys.exit(submit())
    else:
        sys.exit(__doc__)
