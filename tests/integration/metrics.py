"""What /metrics shows is of Prometheus' form to the letter, has the names that are promised, counts what happens, and holds nothing of
users."""

import sys

from daemon_under_test import Daemon, command
from exposition import read_exposition

PROMISED = {
    "berth_jobs": {"phase"},
    "berth_pending_jobs": {"reason"},
    "berth_decisions_total": {"result"},
    "berth_decision_seconds": {"le"},
    "berth_plugin_seconds": {"plugin", "le"},
    "berth_plugin_faults_total": {"plugin", "kind"},
    "berth_cluster_ready": {"cluster"},
    "berth_pool_capacity": {"pool", "resource"},
    "berth_pool_used": {"pool", "resource"},
    "berth_backend_seconds": {"cluster", "op", "le"},
    "berth_commit_seconds": {"le"},
    "berth_store_bytes": {"file"},
    "berth_connections": set(),
    "berth_watchers": set(),
    "berth_requests_total": {"method", "route", "status"},
    "berth_request_seconds": {"le"},
    "berth_build_info": {"version"},
    "process_cpu_seconds_total": set(),
    "process_start_time_seconds": set(),
    "process_resident_memory_bytes": set(),
    "process_virtual_memory_bytes": set(),
    "process_open_fds": set(),
    "process_max_fds": set(),
    "process_threads": set(),
}


def scrape(daemon):
    status, text = daemon.request("GET", "/metrics")
    assert status == 200, text
    return read_exposition(text), text


def everything_promised_is_there(families):
    for name, labels in PROMISED.items():
        assert name in families, f"no {name}"
        assert families[name].samples or name == "berth_pending_jobs", f"{name} has no sample"
        for found in families[name].label_sets():
            assert set(found) | {"le"} == labels | {"le"}, f"{name}: labels {found}"
    others = [name for name in families if name not in PROMISED and not name.startswith("plugin_")]
    assert not others, f"not in the list of this test: {others}"


def submit(daemon, body):
    status, text = daemon.request("POST", "/v1/jobs", body)
    assert status == 201, text
    return text.split('"id":"')[1].split('"')[0]


def grew(before, after, name, by, suffix="", **labels):
    def value(families):
        try:
            return families[name].value(suffix, **labels)
        except KeyError:
            return 0
    growth = value(after) - value(before)
    assert growth == by, f"{name}{suffix}{labels} grew by {growth}, not by {by}"


def launches(families):
    family = families["berth_backend_seconds"]
    return sum(value for (name, labels), value in family.samples.items() if name.endswith("_count") and ("op", "launch") in labels)


def it_counts_what_happens(daemon):
    before, _ = scrape(daemon)
    ended = [submit(daemon, command(["true"], name="secret-name")) for _ in range(3)]
    for job in ended:
        assert daemon.await_end(job)["phase"] == "Succeeded"
    running = submit(daemon, command(["sleep", "600"], cpu=2))
    daemon.await_true("it runs", lambda: daemon.job(running)["phase"] == "Running")
    waiting = submit(daemon, command(["true"], cpu=1000))
    daemon.await_true("it waits", lambda: daemon.job(waiting)["reason"] == "ExceedsMaxCapacity")
    assert daemon.request("GET", "/v1/nothing-like-that")[0] == 404
    assert daemon.request("GET", "/v1/jobs/nobody")[0] in (400, 404)
    after, text = scrape(daemon)
    grew(before, after, "berth_jobs", 3, phase="Succeeded")
    grew(before, after, "berth_jobs", 1, phase="Running")
    grew(before, after, "berth_pending_jobs", 1, reason="ExceedsMaxCapacity")
    grew(before, after, "berth_decisions_total", 4, result="placed")
    assert after["berth_decisions_total"].value(result="never") >= 1
    decisions = sum(after["berth_decisions_total"].samples.values())
    assert after["berth_decision_seconds"].value("_count") == decisions
    grew(before, after, "berth_requests_total", 5, method="POST", route="/v1/jobs", status="201")
    grew(before, after, "berth_requests_total", 1, method="other", route="other", status="404")
    assert launches(after) - launches(before) == 4, f"{launches(before)} launches, then {launches(after)}"
    used = sum(after["berth_pool_used"].value(pool=pool, resource="cpu") for pool in ("west-cpu", "west-gpu", "east-cpu"))
    assert used == 2, used
    assert after["berth_pool_capacity"].value(pool="west-cpu", resource="cpu") == 16
    assert after["berth_pool_capacity"].value(pool="west-gpu", resource="gpu") == 4
    assert after["berth_cluster_ready"].value(cluster="west") == 1
    assert after["berth_plugin_seconds"].value("_count", plugin="capacity") >= 4
    assert after["berth_commit_seconds"].value("_count") > before["berth_commit_seconds"].value("_count")
    assert after["berth_connections"].value() >= 1
    assert after["berth_store_bytes"].value(file="database") > 0
    assert after["process_resident_memory_bytes"].value() > 1 << 20
    for private in ("secret-name", running, *ended):
        assert private not in text, f"{private} is in the metrics"
    daemon.cli("kill", running, waiting, "--reason", "seen")
    for job in (running, waiting):
        daemon.await_end(job)
    print(f"{len(after)} families, {sum(len(each.samples) for each in after.values())} samples, {len(text)} bytes")


def invented_paths_do_not_grow_it(daemon):
    before, _ = scrape(daemon)
    for i in range(50):
        daemon.request("GET", f"/v1/invented-{i}")
    after, _ = scrape(daemon)
    grown = len(after["berth_requests_total"].samples) - len(before["berth_requests_total"].samples)
    assert grown == 0, f"{grown} new series for invented paths"


def main():
    with Daemon() as daemon:
        daemon.await_end(submit(daemon, command(["true"])))
        daemon.await_true("every cluster was asked something", lambda: len(
            {labels["cluster"] for labels in scrape(daemon)[0]["berth_backend_seconds"].label_sets()}) == 2)
        everything_promised_is_there(scrape(daemon)[0])
        it_counts_what_happens(daemon)
        invented_paths_do_not_grow_it(daemon)
    return 0


if __name__ == "__main__":
    sys.exit(main())
