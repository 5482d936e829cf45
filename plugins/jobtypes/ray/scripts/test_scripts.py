"""A real Ray cluster by these scripts. Run it with the python of an environment that has Ray."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.normpath(os.path.join(HERE, "../../process_group/scripts"))
SIZES = ["--num-cpus=1", "--memory=300000000", "--object-store-memory=80000000"]
ENTRYPOINT = (
    'python -c "import ray, sys; ray.init(); '
    "sys.exit(ray.get(ray.remote(lambda: 6 * 7).options(num_gpus=1).remote()))\""
)


class Cluster:
    """Head and one worker, in a folder of its own."""

    def __init__(self, token):
        self.folder = tempfile.mkdtemp(prefix="berth-ray-", dir="/tmp")
        self.elsewhere = tempfile.mkdtemp(prefix="berth-ray-", dir="/tmp")
        self.environment = {
            "TMPDIR": self.elsewhere,
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": SHARED,
            "HOME": self.folder,
            "BERTH_SHARED": self.folder,
            "BERTH_SHORT_TMP": self.folder,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": token,
        }
        self.members = [
            self.run("head.py", *SIZES),
            self.run("worker.py", *SIZES, "--num-gpus=1", "--wait-seconds=60"),
        ]

    def run(self, script, *arguments):
        with open(os.path.join(self.folder, script + ".log"), "w", encoding="utf-8") as log:
            return subprocess.Popen(
                [sys.executable, os.path.join(HERE, script), *arguments],
                env=self.environment, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip

    def drive(self, entrypoint):
        return self.run("driver.py", "--workers=1", "--wait-seconds=90", entrypoint)

    def endpoints(self):
        with open(os.path.join(self.folder, "endpoints.json"), encoding="utf-8") as file:
            return json.load(file)

    def stop(self):
        for member in self.members:
            member.send_signal(signal.SIGTERM)
        for member in self.members:
            member.wait(30)
        self.left_behind = os.listdir(self.folder)
        self.left_elsewhere = os.listdir(self.elsewhere)
        shutil.rmtree(self.folder)
        shutil.rmtree(self.elsewhere)


@unittest.skipUnless(importlib.util.find_spec("ray"), f"{sys.executable} has no Ray")
class Scripts(unittest.TestCase):
    def test_two_clusters_run_their_jobs_side_by_side_and_go(self):
        clusters = [Cluster("first-token-0123456789"), Cluster("second-token-0123456789")]
        drivers = [cluster.drive(ENTRYPOINT) for cluster in clusters]
        self.assertEqual([driver.wait(120) for driver in drivers], [42, 42])
        for cluster, stranger in zip(clusters, reversed(clusters)):
            self.check_closed(cluster.endpoints(), stranger.environment["RAY_AUTH_TOKEN"])
        for cluster in clusters:
            cluster.stop()
            self.assertNotIn("endpoints.json", cluster.left_behind)
            self.assertEqual([name for name in cluster.left_behind if name.startswith("r")], [])
            self.assertEqual(cluster.left_elsewhere, [])

    def check_closed(self, endpoints, wrong_token):
        for endpoint in endpoints.values():
            self.assertTrue(endpoint.startswith("127.0.0.1:"), endpoint)
        for header, refusal in (({}, 401), ({"Authorization": "Bearer " + wrong_token}, 403)):
            request = urllib.request.Request(
                f"http://{endpoints['dashboard']}/api/v0/nodes", headers=header
            )
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=10)
            self.assertEqual(refused.exception.code, refusal)


if __name__ == "__main__":
    unittest.main()
