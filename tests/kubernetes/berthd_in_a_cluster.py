"""berthd itself in a pod of a true node, from etc/kubernetes as it is, but for where its programs and its volume come from: its probes
answer, its account may do what jobs take and no more, a job really runs, and a pod that is replaced takes up what was there."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import images
import programs
import samples
from bed import Bed
from site_on_bed import assert_nothing_left, of_job

ROOT = programs.ROOT
BUILD = pathlib.Path(os.environ.get("BERTH_BUILD", ROOT / "build/dev")).resolve()
OWNER = 10001  # the user of etc/kubernetes/berthd.yaml

# What an image of Berth would hold lies on the machine here, and pods take their jobs' programs from there, too.
CHANGES = """
resources: [target-role.yaml, berthd.yaml]
configMapGenerator:
  - name: job-pods
    namespace: berth
    files: [pod_template.json]
generatorOptions: {disableNameSuffixHash: true}
patches:
  - target: {kind: ConfigMap, name: berthd}
    path: site.json
  - target: {kind: StatefulSet, name: berthd}
    path: pod.json
"""


def pod_changes(folder):
    paths = {"usr": "/usr", "ssl": "/etc/ssl", "berth": str(folder / "berth")}
    container = {"name": "berthd", "image": images.HOST, "imagePullPolicy": "Never",
                 "env": [{"name": "PATH", "value": "/berth/bin:/usr/bin:/bin"}],
                 "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                 "volumeMounts": [*[{"name": name, "mountPath": f"/{name}" if name == "berth" else path, "readOnly": True}
                                    for name, path in paths.items()],
                                  {"name": "job-pods", "mountPath": "/etc/berth/job-pods", "readOnly": True}]}
    volumes = [*[{"name": name, "hostPath": {"path": path}} for name, path in paths.items()],
               {"name": "job-pods", "configMap": {"name": "job-pods"}}]
    pod = {"nodeSelector": samples.TRUE, "containers": [container], "volumes": volumes}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "berthd", "namespace": "berth"},
            "spec": {"template": {"spec": pod}}}


def site_changes(text):
    more = f'image = "{images.HOST}"\npod_template = "/etc/berth/job-pods/pod_template.json"\n'
    site = text.replace('[server]\n', '[server]\nplugin_dir = "/berth/plugins"\n').replace('plugin = "kubernetes"\n', f'plugin = "kubernetes"\n{more}')
    site = re.sub(r'image = "(rayproject|apache)/.*"', f'image = "{images.HOST}"', site)
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "berthd", "namespace": "berth"}, "data": {"berth.toml": site}}


class Deployment:
    """berthd in the cluster, and the commands that people would give."""

    def __init__(self, cluster, folder):
        self.cluster = cluster
        self.folder = folder
        folder.chmod(0o755)

    def kubectl(self, *words, check=True, text=None):
        done = programs.kubectl(self.cluster.kubeconfig, *words, text=text)
        assert not check or done.returncode == 0, f"kubectl {words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def berth(self, *words, text=None, check=True):
        return self.kubectl("-n", "berth", "exec", "-i", "berthd-0", "--", "berth", *words, text=text, check=check)

    def apply(self):
        self.install_programs()
        self.write_changes()
        self.kubectl("create", "namespace", "berth")
        self.make_volume()
        self.make_certificate()
        self.kubectl("apply", "-k", str(self.folder))

    def install_programs(self):
        for part in ("bin", "plugins"):
            shutil.copytree(BUILD / part, self.folder / "berth" / part, ignore=lambda folder, names: [
                name for name in names if not (pathlib.Path(folder, name).suffix == ".so" or name.startswith("berth"))])

    def write_changes(self):
        for name in ("target-role.yaml", "berthd.yaml"):
            shutil.copy(ROOT / "etc/kubernetes" / name, self.folder)
        given = self.kubectl("create", "--dry-run=client", "-o", "json", "-f", str(self.folder / "berthd.yaml")).stdout
        site = next(item for item in documents(given) if item["kind"] == "ConfigMap")["data"]["berth.toml"]
        files = {"kustomization.yaml": CHANGES, "site.json": json.dumps(site_changes(site)), "pod.json": json.dumps(pod_changes(self.folder)),
                 "pod_template.json": json.dumps(samples.site_template(programs.venv("ray")))}
        for name, content in files.items():
            (self.folder / name).write_text(content)

    def make_volume(self):
        state = self.folder / "state"
        state.mkdir(mode=0o700)
        os.chown(state, OWNER, OWNER)  # a provisioner would heed fsGroup
        volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "berthd"},
                  "spec": {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": str(state)}}}
        self.kubectl("create", "-f", "-", text=json.dumps(volume))

    def make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-subj", "/CN=berthd", "-addext",
                        "subjectAltName=DNS:berthd.berth", "-keyout", "tls.key", "-out", "tls.crt"], cwd=self.folder, check=True, capture_output=True)
        self.kubectl("-n", "berth", "create", "secret", "tls", "berthd-tls", f"--cert={self.folder / 'tls.crt'}", f"--key={self.folder / 'tls.key'}")

    def await_ready(self, uid_before=None):
        """All probes have answered."""

        def ready():
            pod = self.cluster.api.get("Pod", "berthd-0", "berth")
            is_ready = pod and any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"].get("conditions", []))
            return pod if is_ready and pod["metadata"]["uid"] != uid_before else None

        try:
            return self.cluster.await_true("berthd is ready", ready, 180)
        except AssertionError as error:
            said = [self.kubectl("-n", "berth", *words, check=False).stdout for words in (("describe", "pod", "berthd-0"), ("logs", "berthd-0"))]
            raise AssertionError(f"{error}\n" + "\n".join(said)) from None


def documents(text):
    """Of JSON objects one after the other, or of a list of them."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text.rstrip()):
        item, at = decoder.raw_decode(text, at)
        found.extend(item["items"] if item.get("kind") == "List" else [item])
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


def ray_job(name, script):
    size = {"cpu": "300m", "memory": "1200Mi"}
    return json.dumps({"type": "ray", "name": name, "project": "default", "ray": {
        "head": {"cpu": "700m", "memory": "1500Mi"}, "workers": [{"group": "work", "replicas": 1, **size}], "entrypoint": f"python -c '{script}'"}})


def probes_answer(deployment):
    pod = deployment.await_ready()
    status = pod["status"]["containerStatuses"][0]
    assert status["started"] and status["restartCount"] == 0, status
    print(f"berthd-0 is ready at {pod['status']['podIP']}: its probes for start, life and readiness were answered, by its address")
    return pod


def sees_its_pool(deployment):
    cluster = json.loads(deployment.berth("clusters", "-o", "json").stdout)["clusters"][0]
    assert cluster["state"] == "ready" and cluster["warnings"] == [], cluster
    pool = json.loads(deployment.berth("pools", "-o", "json").stdout)["pools"][0]
    assert pool["capacity"]["cpu_milli"] > 0, pool
    print(f"its account sees all that it asks for; pool main has {pool['capacity']['cpu_milli'] / 1000:g} cores")


def account_may_no_more(deployment):
    refused = ("list secrets -n kube-system", "create pods -n berth-jobs", "get secrets -n berth", "delete nodes", "create rayclusters.ray.io -n default")
    for words in refused:
        answer = deployment.kubectl("auth", "can-i", *words.split(), "--as=system:serviceaccount:berth:berthd", check=False)
        assert answer.stdout.strip() == "no", f"{words}: {answer.stdout}"
    print(f"its account may not: {'; '.join(refused)}")


def job_runs_through_a_replacement(deployment, pod):
    cluster = deployment.cluster
    script = "import ray, time; ray.init(); time.sleep(25); print(sum(ray.get([ray.remote(lambda n: n * n).remote(n) for n in range(10)])))"
    job_id = deployment.berth("submit", "-f", "-", "-o", "name", text=ray_job("real", script)).stdout.strip()
    deployment.berth("wait", job_id, "--for", "running", "--timeout", "3m")
    deployment.kubectl("-n", "berth", "delete", "pod", "berthd-0")
    deployment.await_ready(pod["metadata"]["uid"])
    deployment.berth("wait", job_id, "--timeout", "3m")
    job = json.loads(deployment.berth("describe", job_id, "-o", "json").stdout)["job"]
    assert (job["phase"], job["attempts"]) == ("Succeeded", 1), job
    assert not cluster.api.list("Pod", "berth-jobs", of_job(job_id))
    assert_nothing_left(cluster)
    print(f"{job_id} ran in berth-jobs while berthd's pod was deleted and made anew, and Succeeded at its first attempt; nothing is left")


def play():
    with Bed() as bed:
        cluster = bed.up("here", node=True)
        folder = cluster.folder / "deployed"
        folder.mkdir()
        deployment = Deployment(cluster, folder)
        deployment.apply()
        pod = probes_answer(deployment)
        sees_its_pool(deployment)
        account_may_no_more(deployment)
        job_runs_through_a_replacement(deployment, pod)


if __name__ == "__main__":
    sys.exit(programs.run(play, node=True, venvs=["ray"]))
