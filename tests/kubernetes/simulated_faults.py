"""What goes wrong with clusters and with their jobs: each fault is made, and what berthd says and does about it is seen. Real operators, simulated nodes."""

import contextlib
import shutil
import signal
import sys

import simulated
from simulated_site import NODES, all_is_free, name_of, on_one, paused, ray_job, run_on_two_clusters, site_of
from site_on_bed import assert_nothing_left, left_on, made, of_job, pods_of

HOLD = "berth.test/hold"  # a finalizer that nobody but the test takes away


@contextlib.contextmanager
def blind(daemon):
    """berthd hears nothing meanwhile, and has not ended."""
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        daemon.process.send_signal(signal.SIGCONT)


def await_made(cluster, job_id, kind="RayCluster", count=1):
    return cluster.await_true(f"{kind} of {job_id} is there",
                              lambda: (items := made(cluster, kind, of_job(job_id))) and len(items) >= count and items)


def await_words(daemon, job_id, *words):
    return daemon.await_job(job_id, f"says {words}", lambda job: all(word in f"{job['phase']} {job['reason']}: {job['message']}" for word in words))


def ask_to_kill(daemon, job_id):
    status, text = daemon.request("POST", f"/v1/jobs/{job_id}:kill", {"reason": "the test wants it"})
    assert status < 300, text


def end_head(cluster, job_id, exit_code=3):
    cluster.end_pod(name_of(pods_of(cluster, job_id, "head")[0]), "ml", exit_code=exit_code)


# ---- killed in each phase


def assert_killed(daemon, cluster, job_id, where):
    job = daemon.await_end(job_id, 180)
    assert (job["phase"], job["reason"], job["termination"]["reason"]) == ("Killed", "KilledByUser", "the test wants it"), job
    assert_nothing_left(cluster, of_job(job_id))
    all_is_free(daemon)
    print(f"killed while {where}: Killed, no object left, the room free")


def killed_while_pending(daemon, one, two):
    first = daemon.submit(ray_job("takes-all", workers=2, gpu=8, sku="H100"))
    daemon.await_running(first)
    waiting = daemon.submit(ray_job("waits", gpu=1, sku="H100"))
    job = await_words(daemon, waiting, "Pending", "gpu")
    ended = daemon.kill_job(waiting)
    assert ended["phase"] == "Killed" and ended["attempts"] == 0, ended
    assert not left_on(two, of_job(waiting))
    ask_to_kill(daemon, first)
    assert_killed(daemon, two, first, "Running, after one was killed while Pending, saying " + job["message"])


def killed_while_launching(daemon, one, two):
    """Nobody starts its pods, and nobody confirms that they have stopped, either: a second kill changes nothing."""
    with paused(one, "kwok"):
        job_id = daemon.submit(on_one("launching"))
        await_made(one, job_id, "Pod", 2)
        await_words(daemon, job_id, "Launching")
        ask_to_kill(daemon, job_id)
        await_words(daemon, job_id, "Killing")
        one.await_true("it is being deleted", lambda: not made(one, "RayCluster", of_job(job_id)) or
                       made(one, "RayCluster", of_job(job_id))[0]["metadata"].get("deletionTimestamp"))
        ask_to_kill(daemon, job_id)
        assert daemon.job(job_id)["phase"] == "Killing", daemon.job(job_id)
        assert daemon.pool("one-cpu")["held"]["cpu_milli"] == 2000, daemon.pool("one-cpu")
    assert_killed(daemon, one, job_id, "Launching, and again while Killing, during which its room stayed held")


def killed_before_the_operator_saw_it(daemon, one, two):
    with paused(one, "kuberay"):
        job_id = daemon.submit(on_one("untouched"))
        await_made(one, job_id)
        ask_to_kill(daemon, job_id)
        assert_killed(daemon, one, job_id, "its operator hung")


def killed_while_releasing(daemon, one, two):
    """It has ended by itself; that stays its end."""
    job_id = daemon.submit(on_one("releasing"))
    daemon.await_running(job_id)
    name = name_of(made(one, "RayCluster", of_job(job_id))[0])
    one.api.patch("RayCluster", name, {"metadata": {"finalizers": [HOLD]}}, "ml")
    end_head(one, job_id)
    await_words(daemon, job_id, "Releasing", "AppFailed")
    ask_to_kill(daemon, job_id)
    daemon.await_true("the job says what holds it", lambda: f"held by finalizer {HOLD}" in daemon.cli("describe", job_id).stdout)
    assert daemon.job(job_id)["phase"] == "Releasing", daemon.job(job_id)
    one.api.patch("RayCluster", name, {"metadata": {"finalizers": None}}, "ml")
    job = daemon.await_end(job_id)
    assert (job["phase"], job["reason"]) == ("Failed", "AppFailed"), job
    assert_nothing_left(one)
    all_is_free(daemon)
    print(f"killed while Releasing: its own end stayed, {job['phase']} {job['reason']}; `describe` named the finalizer that held it meanwhile")


# ---- room that somebody else takes


@contextlib.contextmanager
def quota(cluster, hard):
    """berthd counts by those of CPUs, memory and GPUs; others it meets when it launches."""
    cluster.api.create(simulated.quota("ml", hard, "faults"))
    cluster.await_true("the quota counts", lambda: cluster.api.get("ResourceQuota", "faults", "ml").get("status", {}).get("hard") == hard)
    try:
        yield
    finally:
        cluster.api.delete("ResourceQuota", "faults", "ml")


def quota_is_used_up(daemon, one, two):
    """By objects: transient, so it waits where it is, and goes on when there is room."""
    first = daemon.submit(on_one("has-it"))
    daemon.await_running(first)
    with quota(one, {"count/rayclusters.ray.io": "1"}):
        second = daemon.submit(on_one("wants-it"))
        job = await_words(daemon, second, "Launching", "QuotaExceeded", "used up for now")
        assert not made(one, "RayCluster", of_job(second)), "an object in spite of the quota"
        assert daemon.cluster_state("one")["state"] == "ready", daemon.cluster_state("one")
        daemon.kill_job(first)
        assert daemon.await_running(second)["attempts"] == 1
        daemon.kill_job(second)
    assert_nothing_left(one)
    all_is_free(daemon)
    print(f"a quota used up by others: the job waited in {job['phase']}, saying {job['reason']}: {job['message']}; it ran when there was room again")


def quota_allows_nothing(daemon, one, two):
    with quota(one, {"count/rayclusters.ray.io": "0"}):
        job = daemon.await_end(daemon.submit(on_one("never", retry={"limit": 0})))
    assert (job["phase"], job["reason"]) == ("Failed", "SubmissionFailed") and "quota" in job["message"], job
    assert_nothing_left(one)
    all_is_free(daemon)
    print(f"a quota that allows no such object: {job['phase']} {job['reason']}: {job['message']}")


def quota_of_pods(daemon, one, two):
    """Its object is made, and its operator cannot make all of its pods."""
    with quota(one, {"pods": "1"}):
        job_id = daemon.submit(on_one("half"))
        job = await_words(daemon, job_id, "Launching", "exceeded quota")
    daemon.await_running(job_id)
    daemon.kill_job(job_id)
    assert_nothing_left(one)
    all_is_free(daemon)
    print(f"a quota of pods in the way of its operator: {job['phase']} {job['reason']}: {job['message']}; it ran when that was gone")


def add_cpu_pool(daemon, two):
    """What has GPUs is kept for jobs that need them, so the second cluster's nodes without get a pool of their own."""
    for number in range(NODES["two"]):
        two.api.patch("Node", f"cpu-{number}", {"metadata": {"labels": {"berth.dev/pool": "cpu"}}})
    daemon.places[1].pools["two-cpu"] = {"settings": {"namespace": "ml", "nodes": "berth.dev/pool=cpu"}, "price": 2.0}
    daemon.stop()
    daemon.write_site()
    daemon.start()
    daemon.await_clusters()


def quota_sends_elsewhere(daemon, one, two):
    """One of CPUs bounds the pool, so the job is never sent there; one of objects shows when it is, and the next best has it at the job's
    start deadline."""
    add_cpu_pool(daemon, two)
    with quota(one, {"requests.cpu": "2"}):
        daemon.await_true("it bounds the pool", lambda: daemon.pool("one-cpu")["capacity"]["cpu_milli"] == 2000)
        job_id = daemon.submit(ray_job("too-big", workers=2))
        job = daemon.await_running(job_id)
        assert (job["assignment"]["cluster"], job["attempts"]) == ("two", 1), job
        why = daemon.cli("explain", job_id).stdout
        assert "ExceedsMaxCpu" in why and "needs 3 cpu, pool has 2 in all" in why and "two/two-cpu *" in why, why
        daemon.kill_job(job_id)
    all_is_free(daemon)
    with quota(one, {"count/rayclusters.ray.io": "1"}):
        first = daemon.submit(on_one("has-it"))
        daemon.await_running(first)
        job_id = daemon.submit(ray_job("goes-on", start_deadline="5s", prefers=[{"labels": {"site": "first"}, "weight": 100}]))
        job = daemon.await_running(job_id)
        assert (job["assignment"]["cluster"], job["attempts"]) == ("two", 2), job
        for each in (job_id, first):
            daemon.kill_job(each)
    for cluster in (one, two):
        assert_nothing_left(cluster)
    all_is_free(daemon)
    print("a quota of CPUs sent a job to the second cluster, and `explain` says so; one of objects did at the job's start deadline")


def copied_state_harms_nobody(daemon, one, two):
    """A second berthd with a copy of the first one's state has its identity, and none of the jobs that came since."""
    daemon.stop()
    with site_of(one, two) as copy:
        copy.stop()
        shutil.rmtree(copy.folder / "state")
        shutil.copytree(daemon.folder / "state", copy.folder / "state")
        for each in (daemon, copy):
            each.start()
            each.await_clusters()
        jobs = [(each, each.submit(on_one(name))) for each, name in ((daemon, "of-the-first"), (copy, "of-the-second"))]
        for each, job_id in jobs:
            each.await_running(job_id)
        for (each, own), (other, foreign) in (jobs, reversed(jobs)):
            each.await_true("it knows the other's for none of its own",
                            lambda each=each, foreign=foreign: foreign in each.cli("strays").stdout)
            assert each.job(own)["phase"] == "Running" and other.job(foreign)["phase"] == "Running"
        for each, job_id in jobs:
            each.kill_job(job_id)
            assert_nothing_left(one, of_job(job_id))
    print("two berthd with one identity each ran a job; `berth strays` of each named the other's, which went on")


FAULTS = (killed_while_pending, killed_while_launching, killed_before_the_operator_saw_it, killed_while_releasing,
          quota_is_used_up, quota_allows_nothing, quota_of_pods, copied_state_harms_nobody, quota_sends_elsewhere)


def play(one, two):
    with site_of(one, two) as daemon:
        daemon.await_clusters()
        for fault in FAULTS:
            fault(daemon, one, two)
    for cluster in (one, two):
        assert not left_on(cluster)


if __name__ == "__main__":
    sys.exit(run_on_two_clusters(play))
