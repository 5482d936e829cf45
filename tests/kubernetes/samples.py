"""Objects for tests: Ray clusters and Spark applications, on simulated nodes or on the true one."""

import pathlib

import images
import true_node
from programs import spark_home

SIMULATED = {"type": "kwok"}
TRUE = {true_node.LABEL: "true"}


def java_home():
    return str(pathlib.Path("/usr/bin/java").resolve().parents[1])


def simulated_pod(container, selector=None, **resources):
    """A pod's template; resources as cpu="2", memory="4Gi", **{"nvidia.com/gpu": "1"}."""
    limits = {"requests": resources, "limits": resources}
    return {"metadata": {"labels": {}}, "spec": {
        "nodeSelector": selector or SIMULATED,
        "containers": [{"name": container, "image": "berth.test/nothing:1", "resources": limits if resources else {}}]}}


def true_pod(container, folder, memory=None, command=None):
    """Runs with the machine's /usr, and sees a folder of the machine, as a virtual environment, read-only."""
    paths = {"usr": "/usr", "ssl": "/etc/ssl", "java": "/etc/java-17-openjdk", "venv": str(folder)}
    volumes = [{"name": name, "hostPath": {"path": path}} for name, path in paths.items()]
    mounts = [{"name": name, "mountPath": path, "readOnly": True} for name, path in paths.items()]
    one = {"name": container, "image": images.HOST, "imagePullPolicy": "Never", "env": environment(folder),
           "volumeMounts": [*mounts, {"name": "bed", "mountPath": "/bed"}]}
    if memory:
        one["resources"] = {"requests": {"cpu": "100m", "memory": "200Mi"}, "limits": {"cpu": "2", "memory": memory}}
    if command:
        one["command"] = command
    return {"metadata": {"labels": {}}, "spec": {"nodeSelector": TRUE, "terminationGracePeriodSeconds": 2, "containers": [one],
                                                 "volumes": [*volumes, {"name": "bed", "emptyDir": {}}]}}


def site_template(*folders):
    """What a site gives to every pod on a true node: its container * stands for the main one of each."""
    template = true_pod("*", folders[0])
    container, spec = template["spec"]["containers"][0], template["spec"]
    for number, folder in enumerate(folders[1:]):
        name = f"venv-{number}"
        spec["volumes"].append({"name": name, "hostPath": {"path": str(folder)}})
        container["volumeMounts"].append({"name": name, "mountPath": str(folder), "readOnly": True})
    path = ":".join([*(f"{folder}/bin" for folder in folders), f"{java_home()}/bin", "/usr/bin", "/bin"])
    container["env"] = [{**one, "value": path} if one["name"] == "PATH" else one for one in container["env"]]
    return template


def environment(folder):
    values = {"PATH": f"{folder}/bin:{java_home()}/bin:/usr/bin:/bin", "JAVA_HOME": java_home(), "HOME": "/tmp",
              "RAY_USAGE_STATS_ENABLED": "0", "SPARK_HOME": spark_home()}
    return [{"name": name, "value": value} for name, value in values.items()]


def pod(name, template, namespace="default"):
    """A pod by itself, which runs once."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {**template["metadata"], "name": name, "namespace": namespace},
            "spec": {**template["spec"], "restartPolicy": "Never"}}


def ray_cluster(name, head, worker, workers=1, namespace="default", **start):
    """Templates of pods whose containers are ray-head and ray-worker; `start` are parameters of `ray start`, with _ for -."""
    start = {key.replace("_", "-"): str(value) for key, value in start.items()}
    group = {"groupName": "workers", "replicas": workers, "minReplicas": workers, "maxReplicas": workers,
             "rayStartParams": start, "template": worker}
    return {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": name, "namespace": namespace},
            "spec": {"rayVersion": "2.60.0", "workerGroupSpecs": [group],
                     "headGroupSpec": {"rayStartParams": {"dashboard-host": "0.0.0.0", **start}, "template": head}}}


def simulated_ray_cluster(name, workers=1, namespace="default", selector=None, **resources):
    return ray_cluster(name, simulated_pod("ray-head", selector, cpu="1", memory="2Gi"),
                       simulated_pod("ray-worker", selector, **(resources or {"cpu": "1", "memory": "1Gi"})), workers, namespace)


def spark_application(name, main, driver, executor, namespace="default"):
    """`main` as local:///path/to/a.py; templates of pods whose containers are spark-kubernetes-driver and -executor."""
    size = {"cores": 1, "coreRequest": "100m", "memory": "512m"}
    return {"apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication", "metadata": {"name": name, "namespace": namespace},
            "spec": {"type": "Python", "mode": "cluster", "sparkVersion": "4.3.0", "restartPolicy": {"type": "Never"},
                     "image": images.HOST, "imagePullPolicy": "Never", "mainApplicationFile": main,
                     "driver": {**size, "serviceAccount": "default", "template": driver},
                     "executor": {**size, "instances": 1, "template": executor}}}


def simulated_spark_application(name, namespace="default", selector=None):
    return spark_application(name, "local:///nothing.py", simulated_pod("spark-kubernetes-driver", selector),
                             simulated_pod("spark-kubernetes-executor", selector), namespace)
