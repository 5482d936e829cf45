"""Objects that stand for machines, and what happens on them, where kwok plays the kubelet."""

import datetime

from api import path_of


def node(name, cpu=64, memory="512Gi", gpus=0, sku_label=None, labels=None, taints=(), pods=110):
    """`sku_label`: what a device plugin would say of its GPUs, as {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}."""
    room = {"cpu": str(cpu), "memory": memory, "ephemeral-storage": "1Ti", "pods": str(pods)}
    if gpus:
        room["nvidia.com/gpu"] = str(gpus)
    usual = {"type": "kwok", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    return {"apiVersion": "v1", "kind": "Node",
            "metadata": {"name": name, "annotations": {"kwok.x-k8s.io/node": "fake"},
                         "labels": {**usual, **(sku_label or {}), **(labels or {})}},
            "spec": {"taints": list(taints)}, "status": {"capacity": room, "allocatable": room}}


def is_ready(node):
    return any(condition["type"] == "Ready" and condition["status"] == "True"
               for condition in (node or {}).get("status", {}).get("conditions", []))


def namespace(name, annotations=None, labels=None):
    return {"apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": name, "annotations": annotations or {}, "labels": labels or {}}}


def quota(namespace_name, hard, name="quota"):
    """`hard` as {"requests.cpu": "64", "requests.nvidia.com/gpu": "8"}."""
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name, "namespace": namespace_name},
            "spec": {"hard": hard}}


def end_pod(api, name, namespace_name="default", exit_code=0, reason=None, message=""):
    """As if its containers had ended and left this message; kwok lets them run for ever."""
    pod = api.get("Pod", name, namespace_name)
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    end = {"exitCode": exit_code, "reason": reason or ("Error" if exit_code else "Completed"), "message": message, "finishedAt": now,
           "startedAt": pod["status"].get("startTime", now)}
    containers = [{**status, "ready": False, "state": {"terminated": end}} for status in pod["status"].get("containerStatuses", [])]
    status = {"phase": "Failed" if exit_code else "Succeeded", "containerStatuses": containers}
    return api.patch("Pod", name, {"status": status}, namespace_name, "status")


def lose_node(api, name):
    """As if its machine had vanished: the node is gone at once, and with it its pods, when the garbage collector has seen it."""
    api.ask("DELETE", path_of("Node", name))
