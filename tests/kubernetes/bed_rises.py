"""The test bed itself: two clusters rise, do what the tests of Berth's backend for Kubernetes need, and leave nothing, also where a start
was interrupted or a part was killed."""

import json
import pathlib
import random
import subprocess
import sys
import time

import credentials
import programs
import samples
from api import Api, ApiError
from bed import Bed
from traces import Traces, namespaces_of, processes_in, processes_of

COMMAND = [sys.executable, "-B", pathlib.Path(__file__).with_name("bed.py")]


def ray_cluster_becomes_ready(cluster):
    cluster.add_namespace("eta", quota={"requests.nvidia.com/gpu": "16"}, annotations={"berth.test/owner": "eta-team"})
    names = cluster.add_nodes("gpu-a", 2, gpus=8, sku_label={"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"})
    begun = time.monotonic()
    cluster.api.create(samples.simulated_ray_cluster("ray", workers=2, namespace="eta", cpu="4", memory="8Gi", **{"nvidia.com/gpu": "8"}))
    cluster.await_true("the Ray cluster is ready", lambda: ray_state(cluster, "ray", "eta") == "ready", 120)
    pods = cluster.api.list("Pod", "eta", "ray.io/cluster=ray")
    workers = [pod for pod in pods if pod["metadata"]["labels"]["ray.io/node-type"] == "worker"]
    assert sorted(pod["spec"]["nodeName"] for pod in workers) == names, "each worker takes all GPUs of a node"
    used = cluster.api.get("ResourceQuota", "quota", "eta")["status"]["used"]
    assert used == {"requests.nvidia.com/gpu": "16"}, used
    print(f"a Ray cluster of a head and 2 workers was ready on simulated nodes after {time.monotonic() - begun:.1f} s")


def ray_state(cluster, name, namespace):
    return cluster.api.get("RayCluster", name, namespace).get("status", {}).get("state")


def spark_application_runs(cluster):
    """The operator submits it with a real spark-submit; the driver is simulated."""
    credentials.allow(cluster, "default", "edit", "eta")
    cluster.api.create(samples.simulated_spark_application("spark", "eta"))
    cluster.await_true("its driver runs", lambda: spark_state(cluster, "spark", "eta") == "RUNNING", 180)
    cluster.end_pod("spark-driver", "eta")
    cluster.await_true("it is completed", lambda: spark_state(cluster, "spark", "eta") == "COMPLETED", 60)
    print("a Spark application ran and was completed on simulated nodes")


def spark_state(cluster, name, namespace):
    status = cluster.api.get("SparkApplication", name, namespace).get("status", {})
    state = status.get("applicationState", {}).get("state")
    assert state not in ("FAILED", "SUBMISSION_FAILED"), status
    return state


def pod_really_runs(cluster):
    cluster.api.create(samples.pod("hello", samples.true_pod("main", programs.venv("spark"), command=[
        "/bin/sh", "-c", "echo hello from $(hostname); getent hosts kubernetes.default.svc.cluster.local; ip route get 10.96.0.1 >/dev/null"])))
    cluster.await_true("the pod ends", lambda: pod_phase(cluster, "hello") in ("Succeeded", "Failed"), 120)
    said = cluster.api.text("GET", "/api/v1/namespaces/default/pods/hello/log")
    assert pod_phase(cluster, "hello") == "Succeeded" and "hello from hello" in said and "10.96.0.1" in said, said
    print("a pod really ran on the true node, found a service by its name and wrote a log")


def pod_phase(cluster, name, namespace="default"):
    return cluster.api.get("Pod", name, namespace)["status"]["phase"]


def pod_over_its_memory_is_ended(cluster):
    eats = ["/usr/bin/python3", "-c", "hoard = [b'x' * 1_000_000 for _ in range(2_000)]"]
    cluster.api.create(samples.pod("hungry", samples.true_pod("main", programs.venv("spark"), "200Mi", eats)))
    cluster.await_true("it is ended", lambda: pod_phase(cluster, "hungry") == "Failed", 120)
    ended = cluster.api.get("Pod", "hungry")["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137), ended
    print("a container over its limit was ended as OOMKilled")


def api_server_comes_back(cluster):
    before = cluster.api.get("RayCluster", "ray", "eta")["metadata"]["uid"]
    server = cluster.part("apiserver")
    server.pause()
    assert not cluster.api.is_ready and server.is_running
    server.resume()
    cluster.await_ready()
    server.kill()
    assert not cluster.api.is_ready and not server.is_running
    server.start("--v=1")
    cluster.await_ready()
    assert cluster.api.get("RayCluster", "ray", "eta")["metadata"]["uid"] == before
    print("an API server hung, was killed and came back at its address with what it knew")


def history_is_forgotten(cluster):
    old = cluster.api.ask("GET", "/api/v1/namespaces/eta/pods")["metadata"]["resourceVersion"]
    cluster.add_namespace("later")
    cluster.compact_etcd()
    cluster.part("apiserver").restart()
    cluster.await_ready()
    answer = watch_once(cluster, f"/api/v1/namespaces/eta/pods?watch=1&timeoutSeconds=5&resourceVersion={old}")
    assert answer["type"] == "ERROR" and answer["object"]["code"] == 410, answer
    print("a watch from before a compaction was told 410")


def watch_once(cluster, path):
    with cluster.api.open("GET", path) as response:
        line = response.readline()
    status = json.loads(line)
    return status if "type" in status else {"type": "ERROR", "object": status}


def every_credential_opens(cluster):
    folder = cluster.folder
    account = credentials.service_account(cluster, "reader", cluster_role="view")
    token = credentials.token(cluster, account)
    token_file = credentials.write_secret(folder / "token", token)
    command = credentials.token_command(folder / "give-token", token_file)
    users = {"certificate": credentials.client_certificate(cluster, "anna", ["system:masters"]),
             "embedded": credentials.client_certificate(cluster, "berta", ["system:masters"], embedded=True),
             "token": credentials.bearer(token), "file": credentials.bearer_from_file(token_file),
             "command": credentials.from_command([command])}
    for name, user in users.items():
        path = credentials.write_kubeconfig(folder / f"as-{name}", cluster, user)
        done = programs.kubectl(path, "get", "pods", "--all-namespaces")
        assert done.returncode == 0, f"{name}: {done.stderr}"
    stranger = credentials.write_kubeconfig(folder / "as-stranger", cluster, credentials.client_certificate(cluster, "stranger"))
    assert "forbidden" in programs.kubectl(stranger, "get", "pods").stderr
    assert pathlib.Path(f"{command}.asked").read_text().count("\n") >= 1
    print(f"kubectl was let in by {', '.join(users)}, and a stranger was not")


def short_token_ends(cluster):
    token = credentials.short_token(cluster, "reader", seconds=3)
    api = Api(cluster.server, cluster.authority.certificate, token=token)
    assert api.list("Pod") is not None
    cluster.await_true("the token has ended", lambda: is_refused(api), 30)
    print("a token of 3 seconds let in, and then no more")


def is_refused(api):
    try:
        api.list("Pod")
        return False
    except ApiError as error:
        assert error.status == 401, error
        return True


def some_parts_are_killed(cluster):
    """All at once, as when memory is short; a node's keeper takes everything with it that runs there."""
    for name in ("containerd", "room", "etcd", "spark-operator"):
        cluster.part(name).kill()


def leaves_nothing(before, words, namespaces, folder, patience=20):
    """What an interrupted start was just running, such as openssl, ends by itself."""
    give_up = time.monotonic() + patience
    while left := what_is_left(before, words, namespaces, folder):
        assert time.monotonic() < give_up, "\n".join(["left behind:", *left])
        time.sleep(0.2)


def what_is_left(before, words, namespaces, folder):
    left = processes_of(words) + [f"{pid} lives in a namespace of the bed" for pid in processes_in(namespaces)]
    left += Traces().changes_since(before, words)
    return left + ([f"{folder} is there"] if folder.exists() else [])


def whole_bed(before):
    with Bed() as bed:
        begun = time.monotonic()
        one, two = bed.up("one", node=True), bed.up("two")
        print(f"two clusters, one of them with a true node, were up after {time.monotonic() - begun:.0f} s")
        namespaces = namespaces_of(one.part("room").pid) - namespaces_of("self")
        words = [str(bed.folder), one.network.name]
        ray_cluster_becomes_ready(two)
        spark_application_runs(two)
        pod_really_runs(one)
        pod_over_its_memory_is_ended(one)
        api_server_comes_back(two)
        every_credential_opens(two)
        short_token_ends(two)
        history_is_forgotten(two)
        some_parts_are_killed(one)
    leaves_nothing(before, words, namespaces, bed.folder)
    print("all of it is gone, though parts had been killed")


def interrupted_starts(before, rounds=2):
    """The command is killed at some moment of a start, and what it had started goes down by another."""
    for number in range(rounds):
        bed = Bed()
        seconds = random.uniform(0.3, 25)
        print(f"killing a start after {seconds:.1f} s")
        starting = subprocess.Popen([*COMMAND, "--folder", bed.folder, "up", "one", "--node"], stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        starting.kill()
        starting.wait()
        words = [str(bed.folder), *[cluster.network.name for cluster in bed.clusters()]]
        for _ in range(2):
            subprocess.run([*COMMAND, "--folder", bed.folder, "down"], check=True)
        leaves_nothing(before, words, set(), bed.folder)
    print(f"{rounds} starts were interrupted, and nothing of them is left")


def play():
    before = Traces()
    whole_bed(before)
    interrupted_starts(before)


if __name__ == "__main__":
    sys.exit(programs.run(play, node=True))
