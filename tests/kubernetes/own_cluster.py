"""A cluster of somebody's own, set up as "A cluster in five minutes" of the backend's README says: account, kubeconfig, labels of nodes,
site file and jobs, with the files of etc/ as they are. Its nodes are simulated."""

import json
import os
import subprocess
import sys

import programs
from bed import Bed
from daemon_under_test import BUILD, Daemon
from site_on_bed import assert_nothing_left, pods_of

ETC = programs.ROOT / "etc"


class OwnSite(Daemon):
    """etc/examples/one-cluster.toml, but for its own folders."""

    def write_site(self, more=None, plugin_dir=None):
        text = (ETC / "examples/one-cluster.toml").read_text()
        own = f'state_dir = "state"\nsocket = "control.sock"\nplugin_dir = "{plugin_dir}"'
        assert 'state_dir = "/var/lib/berth"' in text
        self.site.write_text(text.replace('state_dir = "/var/lib/berth"', own))

    def check(self, *program):
        done = subprocess.run([*program, self.site], cwd="/", text=True, capture_output=True)
        return done.returncode, done.stdout + done.stderr


def kubeconfig_is_missed(site):
    """By its whole path: it is named relative to the site file, which is not where the program was started."""
    code, said = site.check(BUILD / "bin/berthd", "--check", "--config")
    assert code == 78 and f"plugins.west: {site.folder}/west.kubeconfig: there is no such file" in said, f"{code}: {said}"
    print(f"without a kubeconfig `berthd --check` says: {said.splitlines()[0]}")
    code, said = site.check(BUILD / "bin/berth", "config", "check", "--plugins", BUILD / "plugins")
    assert code == 0 and "warning: on this machine, plugins.west: " in said and "1 cluster, 2 pools" in said, f"{code}: {said}"


def kubeconfig_is_made(cluster, site):
    done = programs.kubectl(cluster.kubeconfig, "apply", "-f", str(ETC / "kubernetes/target-role.yaml"))
    assert done.returncode == 0, done.stderr
    kubectl = f"{programs.program('kubectl')} --kubeconfig {cluster.kubeconfig} --cache-dir {cluster.folder}/kubectl"
    done = subprocess.run([ETC / "kubernetes/kubeconfig.sh"], env={**os.environ, "KUBECTL": kubectl}, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    (site.folder / "west.kubeconfig").write_text(done.stdout)
    said = programs.kubectl(site.folder / "west.kubeconfig", "auth", "whoami", "-o", "json").stdout
    assert json.loads(said)["status"]["userInfo"]["username"] == "system:serviceaccount:berth-jobs:berth", said
    code, said = site.check(BUILD / "bin/berthd", "--check", "--config")
    assert code == 0 and said.endswith(": good\n"), f"{code}: {said}"
    print("kubeconfig.sh made a kubeconfig of the account, with which the site file is good")


def nodes_are_labelled(cluster):
    gpu, common = cluster.add_nodes("gpu", 2, gpus=8), cluster.add_nodes("cpu", 1)
    for words in ((*gpu, "berth.dev/pool=gpu-a"), (*gpu, "nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3"), (*common, "berth.dev/pool=common")):
        done = programs.kubectl(cluster.kubeconfig, "label", "node", *words)
        assert done.returncode == 0, done.stderr


def sees_its_pools(site):
    def seen():
        found = {pool["name"]: pool["capacity"].get("gpu_milli", 0) for pool in site.get("/v1/pools")["pools"]}
        return found == {"gpu-a": 16000, "common": 0}

    site.await_true("both pools are seen", seen)
    state = site.get("/v1/clusters")["clusters"][0]
    assert state["state"] == "ready" and state["warnings"] == [], state
    print("the account sees all that it asks for: 16 GPUs in gpu-a, none in common")


def job_runs(cluster, site, example, pool, image):
    job_id = site.cli("submit", "--quiet", str(ETC / "examples" / example)).stdout.strip()
    site.cli("wait", job_id, "--for", "running", "--timeout", "3m")
    job = site.job(job_id)
    assert job["assignment"]["pool"] == pool, job["assignment"]
    images = {container["image"] for pod in pods_of(cluster, job_id) for container in pod["spec"]["containers"]}
    assert images == {image}, images
    site.cli("kill", job_id, "--reason", "seen")
    site.await_end(job_id)
    assert_nothing_left(cluster)
    print(f"{example} ran in {pool} with {image}, and nothing of it is left")


def play():
    with Bed() as bed:
        cluster = bed.up("west")
        site = OwnSite()
        kubeconfig_is_missed(site)
        kubeconfig_is_made(cluster, site)
        nodes_are_labelled(cluster)
        with site:
            sees_its_pools(site)
            job_runs(cluster, site, "ray-cluster.yaml", "common", "rayproject/ray:2.60.0")
            job_runs(cluster, site, "ray-pi.yaml", "gpu-a", "rayproject/ray:2.60.0")


if __name__ == "__main__":
    sys.exit(programs.run(play))
