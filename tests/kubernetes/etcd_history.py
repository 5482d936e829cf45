"""The past of a cluster, which etcd forgets when it is told to."""

from api import Api


def client(cluster):
    folder = cluster.authority.folder
    return Api(f"https://127.0.0.1:{cluster.ports['etcd']}", cluster.authority.certificate, folder / "admin.crt", folder / "admin.key")


def revision(cluster):
    return int(client(cluster).ask("POST", "/v3/maintenance/status", {})["header"]["revision"])


def compact(cluster):
    """All versions before the latest are gone: returns its revision. An API server that runs may still know some of them; one that is
    restarted after this answers a watch from an older version with 410."""
    latest = revision(cluster)
    client(cluster).ask("POST", "/v3/kv/compaction", {"revision": str(latest), "physical": True})
    return latest
