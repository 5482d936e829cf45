"""A real berthd whose clusters are those of a bed. Needs tests/integration in PYTHONPATH.

    with Bed() as bed:
        two = bed.up("two")
        with SiteOnBed([Place(two, pools={"cpu": {"settings": {"namespace": "default"}}})]) as daemon:
            job = daemon.submit({"type": "ray", "name": "a", "project": "eta", "ray": {}})
            daemon.await_running(job)
            daemon.kill_job(job)
"""

import dataclasses
import json
import pathlib
import re

from api import KINDS
from daemon_under_test import BUILD, Daemon

SITE = """
[server]
state_dir = "state"
socket = "control.sock"
plugin_dir = "{plugin_dir}"

[probes]
health_every = "1s"

[owners.applied-ai]
[owners.eta-team]
parent = "applied-ai"
[projects.eta]
owner = "eta-team"
[projects.research]
owner = "applied-ai"
"""
MADE_BY_BERTH = "app.kubernetes.io/managed-by=berth"
KINDS_OF_JOBS = ("RayCluster", "RayJob", "SparkApplication")
KINDS_LEFT = (*KINDS_OF_JOBS, "Pod", "Secret")


@dataclasses.dataclass
class Place:
    """One cluster of the site. `options`: of its instance of the backend; `pools`: the fields of each but its cluster; `fields`: of the
    cluster itself, as discover_pools, region, labels. Its kubeconfig is the cluster's own, of an administrator, if none is given."""

    cluster: object
    pools: dict = dataclasses.field(default_factory=dict)
    options: dict = dataclasses.field(default_factory=dict)
    fields: dict = dataclasses.field(default_factory=dict)
    kubeconfig: pathlib.Path = None

    @property
    def name(self):
        return self.cluster.name

    def tables(self):
        options = {"plugin": "kubernetes", "kubeconfig": str(self.kubeconfig or self.cluster.kubeconfig), **self.options}
        return "".join([table(f"plugins.{key(self.name)}", options),
                        table(f"clusters.{key(self.name)}", {"backend": self.name, **self.fields}),
                        *[table(f"pools.{key(name)}", {"cluster": self.name, **fields}) for name, fields in self.pools.items()]])


def simulated_place(cluster, pools=None, **fields):
    """One whose jobs go to nodes of kwok."""
    return Place(cluster, pools or {}, {"node_selector": ["type=kwok"], "image": "berth.test/nothing:1"}, fields)


def table(name, values):
    return f"\n[{name}]\n" + "".join(f"{key(each)} = {toml(value)}\n" for each, value in values.items())


def key(text):
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else json.dumps(text)


def toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(name)} = {toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return json.dumps(str(value) if isinstance(value, pathlib.Path) else value)


class SiteOnBed(Daemon):
    """`more`: further tables of the site file. What tests change in `places` counts from the next start, after write_site()."""

    def __init__(self, places, more="", plugin_dir=None):
        self.places = list(places)
        self.more = more
        super().__init__(more, plugin_dir)

    def write_site(self, more=None, plugin_dir=None):
        parts = [SITE.format(plugin_dir=plugin_dir or BUILD / "plugins"), *[place.tables() for place in self.places],
                 self.more if more is None else more]
        self.site.write_text("".join(parts))

    def cluster_state(self, name):
        return next(each for each in self.get("/v1/clusters")["clusters"] if each["name"] == name)

    def await_clusters(self, seconds=120):
        """Until each is ready and its pools are known."""
        self.await_true("the clusters are ready", lambda: all(each["state"] == "ready" for each in self.get("/v1/clusters")["clusters"]),
                        seconds)

    def pool(self, name):
        return next((each for each in self.get("/v1/pools")["pools"] if each["name"] == name), None)

    def kill_job(self, job_id, reason="the test wants it", seconds=180):
        status, text = self.request("POST", f"/v1/jobs/{job_id}:kill", {"reason": reason})
        assert status < 300, text
        return self.await_end(job_id, seconds)

    def await_job(self, job_id, what, question, seconds=180):
        """Until `question` is true of the job; gives it."""

        def asked():
            job = self.job(job_id)
            return job if job and question(job) else None

        try:
            return self.await_true(f"{job_id} {what}", asked, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{json.dumps(self.job(job_id), indent=1)}") from None

    def await_refusal(self, job_id):
        """Until a decision has refused it; one that was just submitted waits for its turn. Gives the job."""
        return self.await_job(job_id, "is refused", lambda job: job["phase"] == "Pending" and job["reason"] not in ("", "Queued"))


def of_job(job_id):
    return f"{MADE_BY_BERTH},berth.dev/job-id={job_id}"


def made(cluster, kind, selector=MADE_BY_BERTH):
    return cluster.api.list(kind, selector=selector)


def pods_of(cluster, job_id, group=None):
    return made(cluster, "Pod", of_job(job_id) + (f",berth.dev/group={group}" if group else ""))


def left_on(cluster, selector=MADE_BY_BERTH):
    """What berthd, or an operator on its behalf, made and that is there: (kind, object)."""
    return [(kind, item) for kind in KINDS_LEFT for item in made(cluster, kind, selector)]


def is_late(cluster, kind, item):
    """An operator that was behind made it for an object that was gone by then. No daemon can wait for that; garbage collectors do."""
    owners = item["metadata"].get("ownerReferences", [])
    if kind != "Pod" or not owners or any(owner["kind"] not in KINDS for owner in owners):
        return False
    there = {each["metadata"]["uid"] for owner in owners for each in cluster.api.list(owner["kind"])}
    return not any(owner["uid"] in there for owner in owners)


def assert_none(cluster, left):
    assert not left, "left behind:\n" + "\n".join(
        f"{cluster.name}: {kind} {item['metadata']['namespace']}/{item['metadata']['name']}: {json.dumps(item['metadata'])}" for kind, item in left)


def assert_nothing_left(cluster, selector=MADE_BY_BERTH):
    assert_none(cluster, left_on(cluster, selector))


def assert_nothing_stays(cluster):
    """After a fault that held operators up: their late pods may go a moment later."""
    assert_none(cluster, [(kind, item) for kind, item in left_on(cluster) if not is_late(cluster, kind, item)])
    cluster.await_true("late pods are collected", lambda: not left_on(cluster))
