"""What the programs on a true node share: berthd on a cluster where pods really run, and small jobs for it."""

import json
import subprocess
import threading
import time

import credentials
import images
import programs
import samples
from site_on_bed import Place, SiteOnBed

NAMESPACE = "eta"
POOL = "eta"
# A node has as many processors as this machine, which may be two: one job has nearly all of them, or it starts slowly.
HEAD = {"cpu": "1", "memory": "1500Mi"}
WORKER = {"cpu": "800m", "memory": "1200Mi"}
MEMBER_OF_SPARK = {"cpu": "900m", "memory": "1152Mi"}


def furnish(cluster):
    """The account of its pods may make pods, as Spark's drivers do, and list them, as Ray's workers may."""
    cluster.add_namespace(NAMESPACE)
    credentials.allow(cluster, "default", "edit", NAMESPACE)
    (cluster.folder / "pod.json").write_text(json.dumps(samples.site_template(programs.venv("ray"), programs.venv("spark"))))


def site_of(cluster, more=""):
    pools = {POOL: {"owner": "eta-team", "settings": {"namespace": NAMESPACE}}}
    return SiteOnBed([Place(cluster, pools, {"image": images.HOST, "pod_template": cluster.folder / "pod.json"})], more)


def ray_job(name, entrypoint=None, workers=1, more=None, **fields):
    """`more`: of the job's section, beside its pods."""
    section = {"head": HEAD, "workers": [{"group": "work", "replicas": workers, **WORKER}], **(more or {})}
    if entrypoint:
        section["entrypoint"] = python(entrypoint)
    return {"type": "ray", "name": name, "project": "eta", "ray": section, **fields}


def python(program):
    return f"exec python - <<'PROGRAM'\n{program.strip()}\nPROGRAM\n"


def spark_job(name, program, more=None, **fields):
    section = {"main": "main.py", "sources": {"main.py": program.strip() + "\n"}, "driver": MEMBER_OF_SPARK,
               "executors": {"replicas": 1, **MEMBER_OF_SPARK}, **(more or {})}
    return {"type": "spark", "name": name, "project": "eta", "spark": section, **fields}


def described(daemon, job_id):
    return json.loads(daemon.cli("describe", job_id, "-o", "json").stdout)["job"]


def kubectl(cluster, *words):
    done = programs.kubectl(cluster.kubeconfig, "-n", NAMESPACE, *words)
    assert done.returncode == 0, f"kubectl {words}: {done.stderr}"
    return done.stdout


class Follower:
    """`berth logs -f`, from now to its end: each line and when it came. Logs go with pods, so it has to begin while these are there."""

    def __init__(self, daemon, job_id, *words):
        self.lines = []
        self.process = subprocess.Popen([*daemon.command("logs", "-f", job_id, *words)], text=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.time(), line.rstrip("\n")))

    @property
    def text(self):
        return "\n".join(line for _, line in self.lines)

    def end(self, seconds=60):
        """Its exit code, once it has ended by itself."""
        code = self.process.wait(timeout=seconds)
        self.reader.join()
        return code


def follow(daemon, job_id, *words):
    """As soon as it has a place."""
    daemon.await_job(job_id, "has a place", lambda job: job.get("assignment"))
    return Follower(daemon, job_id, *words)
