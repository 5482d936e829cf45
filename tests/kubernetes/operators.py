"""What makes a cluster one for Ray and Spark without machines: kwok in the place of kubelets, and the two operators."""

import urllib.request

from programs import built, program, spark_home


def define_kinds(cluster):
    """The operators give up where their kinds are not known yet."""
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    for file in sorted((built() / "crds").glob("*.yaml")):
        cluster.api.ask("POST", path, file.read_bytes(), content_type="application/yaml")
    cluster.await_true("all kinds are established", lambda: all(map(is_established, cluster.api.list("CustomResourceDefinition"))), 180)


def is_established(definition):
    return any(condition["type"] == "Established" and condition["status"] == "True"
               for condition in definition.get("status", {}).get("conditions", []))


def kwok(cluster):
    """It answers for its own nodes alone, or it would also answer for the true one."""
    stages = [word for file in sorted((built() / "stages").glob("*.yaml")) for word in ("--config", file)]
    return [program("kwok"), "--kubeconfig", cluster.kubeconfig, "--manage-nodes-with-label-selector=type=kwok",
            "--node-lease-duration-seconds=40", *stages]


def kuberay(cluster):
    return [program("kuberay-operator"), "--kubeconfig", cluster.kubeconfig, "--metrics-addr=0", "--enable-leader-election=false",
            f"--health-probe-bind-address=127.0.0.1:{cluster.ports['kuberay']}"]


def kuberay_environment(cluster):
    """Pods here bring an init container of their own by which a worker finds its head."""
    return {"ENABLE_INIT_CONTAINER_INJECTION": "false"}


def spark_operator(cluster):
    return [program("spark-operator"), "controller", "start", "--kubeconfig", cluster.kubeconfig, "--leader-election=false",
            "--enable-metrics=false", "--zap-encoder=console", f"--health-probe-bind-address=127.0.0.1:{cluster.ports['spark-operator']}"]


def spark_operator_environment(cluster):
    """It runs the spark-submit of SPARK_HOME, with which it reaches the API server by the two variables that a pod would have."""
    return {"SPARK_HOME": spark_home(), "KUBECONFIG": str(cluster.kubeconfig), "KUBERNETES_SERVICE_HOST": cluster.address,
            "KUBERNETES_SERVICE_PORT": str(cluster.ports["apiserver"])}


def is_healthy(cluster, name):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{cluster.ports[name]}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def await_operators(cluster):
    for name in ("kuberay", "spark-operator"):
        cluster.await_true(f"{name} is ready", lambda name=name: is_healthy(cluster, name), 60)
