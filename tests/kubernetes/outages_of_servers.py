"""API servers, stores and tokens that fail below running jobs. Part of simulated_outages.py."""

import base64
import json
import time

import credentials
import etcd_history
from api import Api, ApiError
from simulated_site import all_is_free, name_of, on_one, paused, site_of
from site_on_bed import assert_nothing_left, assert_nothing_stays, made, of_job, pods_of

ACCOUNT = "berthd"
JOBS = 6


def token_file(cluster):
    return cluster.folder / "token-of-berthd"


def give_token(cluster, text):
    credentials.write_secret(token_file(cluster), text)


def site_with_token(one, two):
    """On the first cluster berthd is not one of system:masters, who are never asked to slow down, and its token is in a file."""
    credentials.service_account(one, ACCOUNT, cluster_role="cluster-admin")
    give_token(one, credentials.token(one, ACCOUNT))
    site = site_of(one, two)
    user = credentials.bearer_from_file(token_file(one))
    site.places[0].kubeconfig = credentials.write_kubeconfig(one.folder / "as-berthd", one, user)
    site.write_site()
    return site


def await_state(daemon, state, name="one"):
    return daemon.await_true(f"{name} is {state}", lambda: (found := daemon.cluster_state(name))["state"] == state and found, 180)


def start_jobs(daemon, count, name):
    jobs = [daemon.submit(on_one(f"{name}-{number}")) for number in range(count)]
    for job_id in jobs:
        daemon.await_running(job_id)
    return jobs


def assert_all_run(daemon, job_ids):
    others = [job for job in map(daemon.job, job_ids) if job["phase"] != "Running"]
    assert not others, "\n".join([*map(str, others), *[daemon.cli("events", job["id"]).stdout for job in others]])


def objects_of(cluster, job_id):
    return [name_of(item) for item in made(cluster, "RayCluster", of_job(job_id))]


def assert_once(daemon, cluster, job_ids):
    for job_id in job_ids:
        job = daemon.await_running(job_id)
        assert job["attempts"] == 1, job
        assert objects_of(cluster, job_id) == [f"{job_id}-a1"], objects_of(cluster, job_id)
        assert len(pods_of(cluster, job_id)) == 2, [name_of(pod) for pod in pods_of(cluster, job_id)]


def kill_all(daemon, cluster, job_ids):
    for job_id in job_ids:
        daemon.kill_job(job_id)
    assert_nothing_stays(cluster)
    all_is_free(daemon)


# ---- the API server and its store

def head_that_ended(cluster, job_id):
    """Its pod, as its kubelet would have it when the head has ended."""
    pod = pods_of(cluster, job_id, "head")[0]
    end = {"exitCode": 3, "reason": "Error", "message": "", "startedAt": pod["status"]["startTime"], "finishedAt": pod["status"]["startTime"]}
    for status in pod["status"]["containerStatuses"]:
        status.update(ready=False, state={"terminated": end})
    pod["status"]["phase"] = "Failed"
    return {"apiVersion": "v1", "kind": "Pod", **pod}


def store(cluster, pod):
    """Into etcd itself, without an API server."""
    key = f"/registry/pods/{pod['metadata']['namespace']}/{name_of(pod)}"
    pair = {name: base64.b64encode(text.encode()).decode() for name, text in (("key", key), ("value", json.dumps(pod)))}
    etcd_history.client(cluster).ask("POST", "/v3/kv/put", pair)


def assert_failed_by_itself(daemon, cluster, job_id):
    job = daemon.await_end(job_id, 180)
    assert (job["phase"], job["reason"], job["exit_code"], job["attempts"]) == ("Failed", "AppFailed", 3, 1), job
    assert_nothing_left(cluster, of_job(job_id))


def apiserver_is_killed(daemon, one):
    """One job ends while nobody can say so, and one is submitted. KubeRay, which deletes a head that has failed, comes back last."""
    jobs = start_jobs(daemon, 3, "stays")
    ended = head_that_ended(one, jobs[2])
    with paused(one, "kuberay"):
        one.part("apiserver").kill()
        store(one, ended)
        state = await_state(daemon, "offline")
        assert_all_run(daemon, jobs)
        waits = daemon.submit(on_one("waits"))
        said = daemon.await_refusal(waits)
        assert said["reason"] == "ClusterOffline", said
        one.part("apiserver").start()
        await_state(daemon, "ready")
        assert_failed_by_itself(daemon, one, jobs[2])
    assert_once(daemon, one, [*jobs[:2], waits])
    kill_all(daemon, one, [*jobs[:2], waits])
    print(f"an API server was killed: {state['state']}, {state['message']}; a job waited, saying {said['reason']}: {said['message']}")
    print("when it was back, an end from meanwhile was seen, two jobs ran on, and the one that waited ran")


def killed_while_offline(daemon, one):
    """A kill that cannot be carried out is, when it can; a second one changes nothing."""
    jobs = start_jobs(daemon, 1, "doomed")
    one.part("apiserver").kill()
    await_state(daemon, "offline")
    for _ in range(2):
        status, text = daemon.request("POST", f"/v1/jobs/{jobs[0]}:kill", {"reason": "the test wants it"})
        assert status < 300, text
    assert daemon.job(jobs[0])["phase"] == "Killing", daemon.job(jobs[0])
    one.part("apiserver").start()
    job = daemon.await_end(jobs[0], 180)
    assert job["phase"] == "Killed", job
    assert_nothing_left(one)
    all_is_free(daemon)
    print("a job that was killed, twice, while its cluster was offline was Killing until that was back, and left nothing")


def history_is_forgotten(daemon, one):
    """What happened meanwhile is compacted away, so that watches cannot go on from where they were."""
    jobs = start_jobs(daemon, 2, "history")
    ended = head_that_ended(one, jobs[1])
    with paused(one, "kuberay"):
        one.part("apiserver").stop()
        store(one, ended)
        revision = one.compact_etcd()
        one.part("apiserver").start()
        await_state(daemon, "ready")
        assert_failed_by_itself(daemon, one, jobs[1])
    later = start_jobs(daemon, 1, "later")
    assert_once(daemon, one, [jobs[0], *later])
    kill_all(daemon, one, [jobs[0], *later])
    print(f"the store forgot all before revision {revision}: an end from before that was seen, another job ran on, and a new one ran")


# ---- tokens

def is_let_in(cluster, token):
    try:
        Api(cluster.server, cluster.authority.certificate, token=token).list("Pod", "ml")
        return True
    except ApiError as error:
        assert error.status == 401, error
        return False


def await_ended(cluster, token):
    cluster.await_true("the token has ended", lambda: not is_let_in(cluster, token), 120)


def tokens_rotate(daemon, one):
    """In the file there is another one before the first ends; then that one ends, and nobody renews it."""
    short = credentials.short_token(one, ACCOUNT, seconds=15)
    give_token(one, short)
    jobs = start_jobs(daemon, 1, "with-a-short-token")
    renewed = credentials.short_token(one, ACCOUNT, seconds=45)
    give_token(one, renewed)
    await_ended(one, short)
    jobs += start_jobs(daemon, 1, "after-rotation")
    assert daemon.cluster_state("one")["state"] == "ready"
    await_ended(one, renewed)
    state = await_state(daemon, "offline")
    assert "credentials" in state["message"] or "nauthorized" in state["message"], state
    waits = daemon.submit(on_one("without-a-token"))
    said = daemon.await_refusal(waits)
    give_token(one, credentials.token(one, ACCOUNT))
    await_state(daemon, "ready")
    assert_once(daemon, one, [*jobs, waits])
    kill_all(daemon, one, [*jobs, waits])
    print(f"a token in a file was replaced in time: ready all the while. The next ended: {state['state']}, {state['message']}")
    print(f"a job then waited, saying {said['reason']}: {said['message']}; with a new token it ran, and the others ran on")


# ---- slow API servers

def apiserver_hangs(daemon, one):
    """Longer than a request may take, with launches under way: which of them came through nobody knows."""
    server = one.part("apiserver")
    jobs = [daemon.submit(on_one("hangs-0"))]
    server.pause()
    try:
        jobs += [daemon.submit(on_one(f"hangs-{number}")) for number in range(1, JOBS)]
        time.sleep(25)  # the fault itself
        phases = sorted({daemon.job(job_id)["phase"] for job_id in jobs})
        state = daemon.cluster_state("one")
    finally:
        server.resume()
    assert_once(daemon, one, jobs)
    await_state(daemon, "ready")
    kill_all(daemon, one, jobs)
    print(f"an API server hung for 25 s in {JOBS} launches: {state['state']} {state['message']}; jobs were {', '.join(phases)}")
    print("when it went on, each ran, once")


def refusals(cluster):
    """How many requests the API server has answered with 429 since it was started."""
    lines = cluster.api.text("GET", "/metrics").splitlines()
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines
               if line.startswith("apiserver_request_total{") and 'code="429"' in line)


def apiserver_asks_for_less(daemon, one):
    """One request at a time that reads, and one that writes; the rest are told 429 at once."""
    server = one.part("apiserver")
    server.restart("--enable-priority-and-fairness=false", "--max-requests-inflight=1", "--max-mutating-requests-inflight=1")
    one.await_ready()
    jobs = [daemon.submit(on_one(f"patient-{number}")) for number in range(2 * JOBS)]
    assert_once(daemon, one, jobs)
    kill_all(daemon, one, jobs)
    count = refusals(one)
    server.restart()
    one.await_ready()
    await_state(daemon, "ready")
    assert count > 0, "nobody was refused"
    print(f"an API server that takes one request at a time said 429 {count} times; {len(jobs)} jobs ran, each once, and went")


def play(daemon, one):
    for fault in (apiserver_is_killed, killed_while_offline, history_is_forgotten, tokens_rotate, apiserver_hangs, apiserver_asks_for_less):
        fault(daemon, one)
