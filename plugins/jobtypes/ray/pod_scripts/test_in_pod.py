"""The script of pods, against an API server and a dashboard that are threads of this test."""

import contextlib
import http.server
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
from unittest import mock

sys.dont_write_bytecode = True

import in_pod  # noqa: E402

SCRIPT = pathlib.Path(in_pod.__file__)


def a_pod(address, created="2026-01-01T00:00:00Z", **status):
    metadata = {"creationTimestamp": created}
    return {"metadata": metadata, "status": {"podIP": address, "phase": "Running", **status}}


class Dashboard(http.server.BaseHTTPRequestHandler):
    """A head that knows one job. `server.log` are pieces; None breaks the connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def is_known(self):
        if self.headers.get("X-Ray-Authorization") == "Bearer c0ffee":
            return True
        self.reply(403, "wrong token")
        return False

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.is_known():
            self.server.submitted.append(body)
            self.reply(self.server.answer_to_submit, {"submission_id": body["submission_id"]})

    def do_GET(self):
        if not self.is_known():
            return
        if self.path.endswith("/logs/tail"):
            self.tail()
        elif not self.server.submitted:
            self.reply(404, "no such job")
        elif self.server.details:
            self.reply(200, self.server.details.pop(0))
        else:
            self.reply(404, "no such job")

    def tail(self):
        self.send_response(101)
        self.end_headers()
        for piece in self.server.logs.pop(0) if self.server.logs else []:
            if piece is None:
                self.wfile.write(b"\x81")  # half a frame
                break
            data = piece.encode()
            size = bytes([len(data)]) if len(data) < 126 else bytes([126]) + len(data).to_bytes(2, "big")
            self.wfile.write(b"\x89\x01?" + b"\x81" + size + data)  # a ping before each
            self.rfile.read(7)
        else:
            self.wfile.write(b"\x88\x00")
        self.close_connection = True


@contextlib.contextmanager
def dashboard(details, logs=(), answer_to_submit=200):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dashboard)
    server.details, server.logs, server.submitted = list(details), list(logs), []
    server.answer_to_submit = answer_to_submit
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Submit(unittest.TestCase):
    def run_submit(self, server, token="c0ffee"):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "termination-log")
            ran = subprocess.run(
                [sys.executable, "-B", "-c", SCRIPT.read_text(), "submit"],
                env={
                    "RAY_DASHBOARD_ADDRESS": f"127.0.0.1:{server.server_address[1]}",
                    "RAY_JOB_SUBMISSION_ID": "j1-a1",
                    "RAY_AUTH_TOKEN": token,
                    "BERTH_ENTRYPOINT": "echo $HOME",
                    "BERTH_TERMINATION_LOG": str(log),
                    "BERTH_GIVE_UP_SECONDS": "1",
                    "BERTH_LOOK_EVERY_SECONDS": "0.01",
                },
                stdout=subprocess.PIPE, text=True, timeout=30, check=False,
            )  # fmt: skip
            return ran.returncode, ran.stdout, json.loads(log.read_text())["berth"]

    def test_ends_as_the_job_ends(self):
        rows = [
            ({"status": "SUCCEEDED", "driver_exit_code": 0}, 0),
            ({"status": "FAILED", "driver_exit_code": 3, "message": "boom"}, 3),
            ({"status": "FAILED", "driver_exit_code": None}, 1),
            ({"status": "FAILED", "driver_exit_code": -9}, 137),
            ({"status": "STOPPED"}, 1),
        ]
        for details, code in rows:
            with dashboard([{"status": "RUNNING"}, details], [["one\n"]]) as server:
                returned, printed, end = self.run_submit(server)
            self.assertEqual((returned, printed), (code, "one\n"), details)
            self.assertEqual((end["status"], end["exit_code"]), (details["status"], code))
            self.assertEqual(end["message"], details.get("message", ""))
            self.assertEqual(server.submitted, [{"entrypoint": "echo $HOME", "submission_id": "j1-a1"}])

    def test_prints_each_piece_of_the_log_once_over_broken_connections(self):
        long = "x" * 300 + "\n"
        logs = [["one\n", None], ["one\n", "two\n", None], ["one\n", "two\n", long]]
        states = [{"status": "RUNNING"}, {"status": "RUNNING"}, {"status": "SUCCEEDED"}]
        with dashboard(states, logs) as server:
            code, printed, _ = self.run_submit(server)
        self.assertEqual((code, printed), (0, "one\ntwo\n" + long))

    def test_says_when_it_was_not_submitted(self):
        with dashboard([], answer_to_submit=400) as server:
            code, printed, end = self.run_submit(server)
        self.assertEqual((code, end["status"]), (1, "NOT_SUBMITTED"))
        self.assertIn("not submitted: HTTP 400", printed)

    def test_does_not_try_a_wrong_token_again(self):
        with dashboard([]) as server:
            _, _, end = self.run_submit(server, token="wrong")
        self.assertIn("HTTP 403", end["message"])

    def test_says_when_the_head_forgot_the_job(self):
        with dashboard([{"status": "RUNNING"}]) as server:
            code, _, end = self.run_submit(server)
        self.assertEqual((code, end["status"]), (1, "LOST"))


class FindHead(unittest.TestCase):
    def test_takes_the_newest_that_is_alive(self):
        going = a_pod("10.0.0.4", "2026-01-04T00:00:00Z")
        going["metadata"]["deletionTimestamp"] = "2026-01-05T00:00:00Z"
        pods = [
            a_pod("10.0.0.1"),
            a_pod("10.0.0.2", "2026-01-02T00:00:00Z"),
            a_pod("10.0.0.3", "2026-01-03T00:00:00Z", phase="Failed"),
            going,
        ]
        self.assertEqual(in_pod.address_in(pods), "10.0.0.2")
        self.assertIsNone(in_pod.address_in([a_pod(None)]))
        self.assertIsNone(in_pod.address_in([]))

    def test_writes_addresses_of_both_families(self):
        self.assertEqual(in_pod.with_port("10.0.0.1", 6379), "10.0.0.1:6379")
        self.assertEqual(in_pod.with_port("fd00::1", 6379), "[fd00::1]:6379")

    def test_waits_until_the_head_listens_and_writes_the_file_whole(self):
        refused = in_pod.urllib.error.HTTPError("u", 403, "no", {}, None)
        answers = [refused, refused, [], [a_pod("127.0.0.1")], [a_pod("127.0.0.1")]]
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as said:
            path = os.path.join(folder, "address")
            environment = {"BERTH_HEAD_SELECTOR": "a=b", "BERTH_HEAD_FILE": path, "BERTH_GCS_PORT": "7"}
            with (
                mock.patch.dict(os.environ, environment),
                mock.patch.object(in_pod, "LOOK_EVERY_SECONDS", 0),
                mock.patch.object(in_pod, "list_heads", side_effect=answers),
                mock.patch.object(in_pod, "answers", side_effect=[False, True]),
            ):
                in_pod.find_head_for_worker()
            self.assertEqual(os.listdir(folder), ["address"])
            self.assertEqual(pathlib.Path(path).read_text(), "127.0.0.1:7")
        self.assertEqual(said.getvalue().count("needs a role"), 1)

    def test_asks_by_label_with_the_account_of_the_pod(self):
        seen = {}

        class Server(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                seen.update(path=self.path, authorization=self.headers["Authorization"])
                data = json.dumps({"items": [a_pod("10.0.0.1")]}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)

        server = http.server.HTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=server.handle_request, daemon=True).start()
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("namespace", "ml"), ("token", "t0k"), ("ca.crt", "")):
                pathlib.Path(folder, name).write_text(text)
            plain = f"http://127.0.0.1:{server.server_address[1]}"
            with (
                mock.patch.object(in_pod, "ACCOUNT", folder),
                mock.patch.object(in_pod, "api_server", return_value=plain),
                mock.patch.object(in_pod.ssl, "create_default_context", return_value=None),
            ):
                self.assertEqual(in_pod.find_head("berth.dev/job-id=j1,ray.io/node-type=head"), "10.0.0.1")
        server.server_close()
        self.assertEqual(
            seen["path"],
            "/api/v1/namespaces/ml/pods?labelSelector=berth.dev%2Fjob-id%3Dj1%2Cray.io%2Fnode-type%3Dhead",
        )
        self.assertEqual(seen["authorization"], "Bearer t0k")


if __name__ == "__main__":
    unittest.main()
