"""berthd is killed with -9 at random moments while 200 jobs run on two clusters: none is lost, none runs twice, nothing is left.

The moments follow BERTH_SEED, which is printed. All the while somebody watches both API servers and notes each custom resource that
was ever made."""

import collections
import http.client
import json
import os
import random
import sys
import threading
import time

from api import ApiError, path_of
from simulated_site import all_is_free, name_of, note_of_submitter, ray_job, run_on_two_clusters, site_of
from site_on_bed import KINDS_OF_JOBS, MADE_BY_BERTH, assert_nothing_left, pods_of

JOBS = 200
KILLS = 30
AT_ONCE = 12  # submissions before somebody looks at what runs
ENDED = ("Succeeded", "Failed", "Killed")
LABEL_JOB, LABEL_ATTEMPT = "berth.dev/job-id", "berth.dev/attempt"


class Witness(threading.Thread):
    """Watches the custom resources of one kind at one API server and notes the uid of every one that ever was."""

    def __init__(self, cluster, kind):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.kind = kind
        self.seen = collections.defaultdict(set)  # (job, attempt) to uids
        self.version = ""
        self.trouble = None
        self.is_over = False

    def run(self):
        while not self.is_over:
            try:
                self.watch()
            except (OSError, ValueError, http.client.HTTPException, ApiError):
                time.sleep(0.2)

    def watch(self):
        """From where the last one ended, so that none is missed."""
        path = path_of(self.kind, None, None)
        if not self.version:
            self.version = self.cluster.api.ask("GET", path)["metadata"]["resourceVersion"]
        query = f"?watch=1&allowWatchBookmarks=true&timeoutSeconds=60&resourceVersion={self.version}"
        with self.cluster.api.open("GET", path + query, timeout=90) as response:
            for line in response:
                self.note(json.loads(line))
                if self.is_over:
                    return

    def note(self, event):
        if event["type"] == "ERROR":
            self.trouble = event["object"]
            raise ValueError(event["object"])
        meta = event["object"]["metadata"]
        self.version = meta["resourceVersion"]
        labels = meta.get("labels", {})
        if LABEL_JOB not in labels:
            return
        self.seen[labels[LABEL_JOB], int(labels[LABEL_ATTEMPT])].add(meta["uid"])


class Loop:
    """A thread kills berthd while this one submits, looks and kills jobs, as people do who try again when nobody answers."""

    def __init__(self, daemon, clusters, seed):
        self.daemon = daemon
        self.clusters = {cluster.name: cluster for cluster in clusters}
        self.dice, self.moments = random.Random(seed), random.Random(seed + 1)
        self.kills = self.unanswered = 0
        self.is_over = False
        self.wanted = {}  # job to the phase that it was made to end in
        self.with_entrypoint = set()
        self.is_killed = {}  # by its user, of each job that was seen to run
        self.submitted = 0

    def play(self):
        """What was under way when berthd was killed may land for 20 s after its next start, so nothing is known to be gone before:
        the last jobs end in peace."""
        killer = threading.Thread(target=self.kill_at_random)
        killer.start()
        try:
            while self.submitted < JOBS or killer.is_alive() or self.unfinished():
                self.act()
        finally:
            self.is_over = True
            killer.join()
        assert self.kills == KILLS, self.kills

    def kill_at_random(self):
        while self.kills < KILLS and not self.is_over:
            time.sleep(self.moments.uniform(0.3, 5.0))
            self.daemon.kill()
            self.kills += 1
            self.daemon.start()

    def request(self, method, path, body, key=None):
        """Until there is an answer; with the same key, so that it is done once."""
        while True:
            try:
                return self.daemon.request(method, path, body, key)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.05)

    def act(self):
        for _ in range(min(AT_ONCE, JOBS - self.submitted)):
            self.submit()
        for job in self.running():
            self.end(job)
        time.sleep(0.05)

    def submit(self):
        number = self.submitted
        ends = number % 5 == 0
        body = ray_job(f"loop-{number}", workers=1 + number % 2, entrypoint="true" if ends else None)
        status, text = self.request("POST", "/v1/jobs", body, f"loop-{number}")
        assert status in (200, 201), text
        job_id = json.loads(text)["id"]
        self.wanted.setdefault(job_id, None)
        if ends:
            self.with_entrypoint.add(job_id)
        self.submitted += 1

    def jobs(self, phases):
        answer = self.daemon.get(f"/v1/jobs?limit=1000&phase={phases}")
        return answer["jobs"] if answer else []

    def running(self):
        return [job for job in self.jobs("Running") if self.wanted.get(job["id"]) is None]

    def unfinished(self):
        return [job for job in self.wanted if (self.daemon.job(job) or {}).get("phase") not in ENDED]

    def end(self, job):
        """Two thirds are killed by their user. The others end by themselves, in pods that kwok would let run for ever: those with an
        entrypoint well, clusters as their head fails."""
        job_id = job["id"]
        if self.is_killed.setdefault(job_id, self.dice.random() < 0.66):
            status, _ = self.request("POST", f"/v1/jobs/{job_id}:kill", {"reason": "enough"})
            assert status < 300 or status == 409, status  # it may have been done when the answer was lost
            self.wanted[job_id] = "Killed"
            return
        cluster = self.clusters[job["assignment"]["cluster"]]
        if job_id in self.with_entrypoint:
            return self.end_driver(cluster, job_id)
        for pod in pods_of(cluster, job_id, "head"):
            cluster.end_pod(name_of(pod), "ml", exit_code=3)
            self.wanted[job_id] = "Failed"

    def end_driver(self, cluster, job_id):
        """Or look again later, when it has begun."""
        for pod in pods_of(cluster, job_id, "driver"):
            if pod["status"].get("phase") == "Running":
                cluster.end_pod(name_of(pod), "ml", message=note_of_submitter(0))
                self.wanted[job_id] = "Succeeded"


def each_ended_as_it_was_made_to(loop):
    ends = collections.Counter()
    for job_id, wanted in loop.wanted.items():
        job = loop.daemon.job(job_id)
        assert job and job["phase"] == wanted and job["attempts"] == 1, (wanted, job)
        ends[job["phase"]] += 1
    assert sum(ends.values()) == JOBS, ends
    return ends


def none_was_made_twice(loop, witnesses):
    """The number of custom resources that berthd ever made. A RayJob has a RayCluster of its own, which KubeRay makes once."""
    for witness in witnesses:
        assert not witness.trouble, witness.trouble
        several = {key: uids for key, uids in witness.seen.items() if len(uids) != 1}
        assert not several, (witness.cluster.name, witness.kind, several)
    made = 0
    for kind, wanted in (("RayCluster", set(loop.wanted)), ("RayJob", loop.with_entrypoint)):
        seen = [job for witness in witnesses if witness.kind == kind for job, attempt in witness.seen if attempt == 1]
        assert sorted(seen) == sorted(wanted), (kind, set(seen) ^ wanted, collections.Counter(seen).most_common(3))
        made += len(seen)
    return made - len(loop.with_entrypoint)


def play(one, two):
    seed = int(os.environ.get("BERTH_SEED", time.time_ns() % 1_000_000))
    print(f"BERTH_SEED={seed}", flush=True)
    witnesses = [Witness(cluster, kind) for cluster in (one, two) for kind in ("RayCluster", "RayJob")]
    for witness in witnesses:
        witness.start()
    with site_of(one, two, requests_per_second=200, burst=400) as daemon:
        daemon.await_clusters()
        loop = Loop(daemon, (one, two), seed)
        begun = time.monotonic()
        loop.play()
        took = time.monotonic() - begun
        ends = each_ended_as_it_was_made_to(loop)
        for cluster in (one, two):
            cluster.await_true("nothing is left", lambda cluster=cluster: not any(
                cluster.api.list(kind, selector=MADE_BY_BERTH) for kind in (*KINDS_OF_JOBS, "Pod", "Secret")), 120)
            assert_nothing_left(cluster)
        all_is_free(daemon)
        count = none_was_made_twice(loop, witnesses)
    for witness in witnesses:
        witness.is_over = True
    print(f"{loop.kills} times kill -9 in {took:.0f} s, {loop.unanswered} requests without an answer, tried again: {JOBS} jobs, {dict(ends)}; {count} custom resources ever made, one for each; "
          "no object is left, all room is free")


if __name__ == "__main__":
    sys.exit(run_on_two_clusters(play))
