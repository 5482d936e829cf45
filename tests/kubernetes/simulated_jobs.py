"""Jobs on two clusters with real operators and simulated nodes: where they go, what is made of them there, and that nothing of it stays."""

import sys

import credentials
import samples
from simulated_site import all_is_free, name_of, namespace_of, note_of_submitter, ray_job, run_on_two_clusters, site_of, spark_job
from site_on_bed import assert_nothing_left, left_on, made, of_job, pods_of


def ray_cluster_runs_and_goes(daemon, one, two):
    job_id = daemon.submit(ray_job("plain", workers=2))
    job = daemon.await_running(job_id)
    assert job["workers"] == {"ready": 2, "wanted": 2}, job
    cluster = {"one": one, "two": two}[job["assignment"]["cluster"]]
    labels = {"app.kubernetes.io/managed-by": "berth", "berth.dev/job-id": job_id, "berth.dev/attempt": "1", "berth.dev/project": "eta",
              "berth.dev/owner": "eta-team", "berth.dev/pool": job["assignment"]["pool"]}
    for kind, wanted in (("RayCluster", 1), ("Pod", 3), ("Secret", 1)):
        items = made(cluster, kind, of_job(job_id))
        assert len(items) == wanted, f"{kind}: {[name_of(item) for item in items]}"
        for item in items:
            has = item["metadata"]["labels"]
            assert labels.items() <= has.items() and has["berth.dev/instance"], has
    owner = made(cluster, "RayCluster", of_job(job_id))[0]["metadata"]
    secret = made(cluster, "Secret", of_job(job_id))[0]["metadata"]
    assert [each["uid"] for each in secret["ownerReferences"]] == [owner["uid"]], secret
    assert sorted(each["metadata"]["labels"]["berth.dev/group"] for each in pods_of(cluster, job_id)) == ["head", "work", "work"]
    pool = daemon.pool(job["assignment"]["pool"])
    assert pool["held"]["cpu_milli"] == 3000, pool
    assert daemon.kill_job(job_id)["phase"] == "Killed"
    assert_nothing_left(cluster, of_job(job_id))
    all_is_free(daemon)
    print("a Ray cluster ran with labels, owner of its secret and workers; killed, it left no object, and its room is free")


def gpu_job_goes_where_they_are(daemon, two):
    job_id = daemon.submit(ray_job("gpus", workers=2, gpu=8, sku="H100"))
    job = daemon.await_running(job_id)
    assert (job["assignment"]["cluster"], job["assignment"]["pool"]) == ("two", "two-all"), job["assignment"]
    nodes = sorted(pod["spec"]["nodeName"] for pod in pods_of(two, job_id, "work"))
    assert nodes == ["gpu-a-0", "gpu-a-1"], nodes
    why = daemon.cli("explain", job_id).stdout
    assert "NoGpus" in why and "has no GPUs, job needs 8 gpu" in why and "two/two-all *" in why, why
    waiting = daemon.submit(ray_job("more-gpus", gpu=1, sku="H100"))
    said = daemon.await_refusal(waiting)
    assert "gpu" in said["message"], said
    daemon.kill_job(job_id)
    daemon.await_running(waiting)
    daemon.kill_job(waiting)
    assert_nothing_left(two)
    print(f"a job with GPUs went to the second cluster; of the first `explain` says that it has no GPUs")
    print(f"while they were taken, the next one waited, saying: {said['reason']}: {said['message']}")


def unknown_gpu_waits(daemon):
    job_id = daemon.submit(ray_job("which", gpu=1, sku="B300"))
    job = daemon.await_refusal(job_id)
    assert job["reason"] == "NoMatchingPool" and "has H100, which the job does not ask for" in job["message"], job
    assert daemon.kill_job(job_id)["phase"] == "Killed"
    print(f"a job for GPUs that no cluster has waits, saying: {job['reason']}: {job['message']}")


def namespace_becomes_a_pool(daemon, two):
    two.add_namespace("eta", quota={"requests.cpu": "8", "requests.nvidia.com/gpu": "0"}, annotations={"berth.dev/owner": "eta-team"})
    daemon.await_true("it is a pool", lambda: daemon.pool("two-eta") and daemon.pool("two-eta")["capacity"]["cpu_milli"] == 8000)
    job_id = daemon.submit(ray_job("own", cpu=2))
    job = daemon.await_running(job_id)
    assert job["assignment"]["pool"] == "two-eta" and job["assignment"]["tier"] == "owned", job["assignment"]
    assert {namespace_of(pod) for pod in pods_of(two, job_id)} == {"eta"}
    daemon.kill_job(job_id)
    two.api.delete("Namespace", "eta", None)
    daemon.await_true("it is no pool any more", lambda: daemon.pool("two-eta") is None)
    assert_nothing_left(two)
    print("a namespace with an owner became a pool, bounded by its quota, took its owner's job first, and went")


def others_take_room(daemon, one):
    before = daemon.pool("one-cpu")["free"]["cpu_milli"]
    one.api.create(samples.pod("stranger", samples.simulated_pod("main", cpu="10", memory="1Gi")))
    daemon.await_true("it counts", lambda: daemon.pool("one-cpu")["free"]["cpu_milli"] == before - 10_000)
    one.end_pod("stranger")
    daemon.await_true("it counts no more", lambda: daemon.pool("one-cpu")["free"]["cpu_milli"] == before)
    one.api.delete("Pod", "stranger")
    print("a pod of somebody else took its room from the pool, and gave it back when it ended")


def head_that_ends_is_the_end(daemon, one, two):
    job_id = daemon.submit(ray_job("head-ends"))
    job = daemon.await_running(job_id)
    cluster = {"one": one, "two": two}[job["assignment"]["cluster"]]
    cluster.end_pod(name_of(pods_of(cluster, job_id, "head")[0]), "ml", exit_code=3)
    job = daemon.await_end(job_id)
    assert (job["phase"], job["reason"], job["attempts"]) == ("Failed", "AppFailed", 1), job
    assert_nothing_left(cluster)
    print(f"a Ray cluster whose head ended was its job's end: {job['reason']}: {job['message']}")


MANIFEST = """
apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: mine
  labels: {team: blue}
  annotations: {berth.dev/project: eta, note: "keep me"}
spec:
  rayVersion: "2.60.0"
  headGroupSpec:
    rayStartParams: {dashboard-host: 0.0.0.0, num-cpus: "0"}
    template:
      metadata: {labels: {role: chief}}
      spec:
        priorityClassName: ""
        containers:
          - name: ray-head
            image: berth.test/mine:7
            env: [{name: MINE, value: "1"}]
            resources: {requests: {cpu: "2", memory: 2Gi}, limits: {cpu: "2", memory: 2Gi}}
  workerGroupSpecs:
    - groupName: small
      replicas: 2
      minReplicas: 2
      maxReplicas: 2
      rayStartParams: {}
      template:
        spec:
          containers:
            - name: ray-worker
              image: berth.test/mine:7
              resources: {requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}
"""


def submit_manifest(daemon, text, check=True):
    file = daemon.folder / "manifest.yaml"
    file.write_text(text)
    return daemon.cli("submit", "-f", str(file), "--quiet", check=check)


def manifest_is_taken(daemon, one, two):
    job_id = submit_manifest(daemon, MANIFEST).stdout.strip()
    job = daemon.await_running(job_id)
    assert job["type"] == "ray" and job["workers"] == {"ready": 2, "wanted": 2}, job
    needs = {group["name"]: (group["count"], group["cpu_milli"]) for group in job["groups"]}
    assert sorted(needs.values()) == [(1, 2000), (2, 1000)], needs
    cluster = {"one": one, "two": two}[job["assignment"]["cluster"]]
    item = made(cluster, "RayCluster", of_job(job_id))[0]
    assert item["metadata"]["labels"]["team"] == "blue" and item["metadata"]["annotations"]["note"] == "keep me", item["metadata"]
    assert item["metadata"]["annotations"]["berth.dev/manifest-name"] == "mine", item["metadata"]
    head = item["spec"]["headGroupSpec"]
    assert head["rayStartParams"] == {"dashboard-host": "0.0.0.0", "num-cpus": "0"}, head
    assert head["template"]["metadata"]["labels"]["role"] == "chief", head
    container = head["template"]["spec"]["containers"][0]
    assert container["image"] == "berth.test/mine:7" and {"name": "MINE", "value": "1"} in container["env"], container
    assert len(pods_of(cluster, job_id)) == 3
    daemon.kill_job(job_id)
    assert_nothing_left(cluster)
    print(f"a manifest ran as it was, its pods planned as {needs}")


def wrong_manifest_is_refused(daemon, *clusters):
    wrong = MANIFEST.replace("      replicas: 2", "      replicas: 2\n      replicaz: 3")
    done = submit_manifest(daemon, wrong, check=False)
    if done.returncode == 0:
        job = daemon.await_end(done.stdout.strip())
        assert (job["phase"], job["reason"]) == ("Failed", "SubmissionFailed"), job
        said = job["message"]
    else:
        assert done.returncode == 104, done
        said = done.stderr
    assert "spec.workerGroupSpecs[0].replicaz" in said, said
    for cluster in clusters:
        assert_nothing_left(cluster)
    print(f"an unknown field was refused by its path: {said.strip()}")


def ray_job_ends_as_its_entrypoint(daemon, one, two, exit_code):
    """The submitter runs in a pod of its own, and says at its end how the job ended; KubeRay asks the head, which is simulated, in vain."""
    job_id = daemon.submit(ray_job("entry", entrypoint="python -c 'print(1)'", retry={"limit": 0}))
    job = daemon.await_job(job_id, "has a place", lambda job: job.get("assignment"))
    cluster = {"one": one, "two": two}[job["assignment"]["cluster"]]
    pod = cluster.await_true("its submitter runs", lambda: next(
        (pod for pod in pods_of(cluster, job_id, "driver") if pod["status"].get("phase") == "Running"), None), 120)
    daemon.await_running(job_id)
    cluster.end_pod(name_of(pod), "ml", exit_code, message=note_of_submitter(exit_code))
    job = daemon.await_end(job_id, 180)
    wanted = ("Failed", 3) if exit_code else ("Succeeded", 0)
    assert (job["phase"], job["exit_code"]) == wanted, job
    assert_nothing_left(cluster)
    all_is_free(daemon)
    print(f"a Ray job whose submitter ended with {exit_code}: {job['phase']} {job['reason']} {job['message']}".rstrip())


def spark_runs(daemon, one, two):
    for cluster in (one, two):
        credentials.allow(cluster, "default", "edit", "ml")
    size = {"cpu": 1, "memory": "2Gi"}
    job_id = daemon.submit(spark_job("spark", spark={"image": "berth.test/nothing:1", "main": "local:///nothing.py", "driver": size,
                                                     "executors": {"replicas": 1, **size}}))
    job = daemon.await_job(job_id, "has a place", lambda job: job.get("assignment"))
    cluster = {"one": one, "two": two}[job["assignment"]["cluster"]]
    pod = cluster.await_true("its driver runs", lambda: next(
        (pod for pod in pods_of(cluster, job_id, "driver") if pod["status"].get("phase") == "Running"), None), 180)
    cluster.end_pod(name_of(pod), "ml")
    job = daemon.await_end(job_id, 180)
    assert job["phase"] == "Succeeded", job
    assert_nothing_left(cluster)
    all_is_free(daemon)
    print("a Spark application was submitted by its operator and succeeded when its driver did")


def play(one, two):
    with site_of(one, two) as daemon:
        daemon.await_clusters()
        ray_cluster_runs_and_goes(daemon, one, two)
        gpu_job_goes_where_they_are(daemon, two)
        unknown_gpu_waits(daemon)
        namespace_becomes_a_pool(daemon, two)
        others_take_room(daemon, one)
        head_that_ends_is_the_end(daemon, one, two)
        manifest_is_taken(daemon, one, two)
        wrong_manifest_is_refused(daemon, one, two)
        for exit_code in (0, 3):
            ray_job_ends_as_its_entrypoint(daemon, one, two, exit_code)
        spark_runs(daemon, one, two)
    for cluster in (one, two):
        assert not left_on(cluster)


if __name__ == "__main__":
    sys.exit(run_on_two_clusters(play))
