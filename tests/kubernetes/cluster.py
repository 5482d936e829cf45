"""One cluster of a bed: which parts it has, the order in which they start and end, and what tests ask of it."""

import dataclasses
import json
import time

import control_plane
import credentials
import etcd_history
import network
import operators
import process_record
import simulated
import true_node
from api import Api
from certificates import Authority
from free_ports import free_ports
from part import MARK, Part
from true_node import TrueNode

PORTS = ("etcd", "etcd-peer", "apiserver", "kuberay", "spark-operator")


class Cluster:
    """Attaches to what lies in the folder; `begin` makes a new one."""

    def __init__(self, folder):
        settings = json.loads((folder / "cluster.json").read_text())
        self.folder = folder
        self.name = folder.name
        self.ports = settings["ports"]
        self.network = network.Network(**settings["network"]) if settings["network"] else None
        self.address = self.network.machine if self.network else "127.0.0.1"
        self.authority = Authority(folder / "certificates")
        self.kubeconfig = folder / "kubeconfig"  # of a member of system:masters, by certificate
        self.node = TrueNode(self, self.network) if self.network else None
        self.parts = {part.name: part for part in self.all_parts()}

    @classmethod
    def begin(cls, folder, node=False):
        folder.mkdir(mode=0o700)
        chosen = dataclasses.asdict(network.choose()) if node else None
        (folder / "cluster.json").write_text(json.dumps({"ports": free_ports(PORTS), "network": chosen}))
        return cls(folder)

    def all_parts(self):
        """In the order in which they start."""
        room = [self.node.room.part] if self.node else []
        of_node = self.node.parts if self.node else []
        return room + [
            self.of("etcd", control_plane.etcd),
            self.of("apiserver", control_plane.apiserver),
            self.of("controllers", control_plane.controllers),
            self.of("scheduler", control_plane.scheduler),
            self.of("kwok", operators.kwok),
            self.of("kuberay", operators.kuberay, operators.kuberay_environment),
            self.of("spark-operator", operators.spark_operator, operators.spark_operator_environment)] + of_node

    def of(self, name, words, environment=lambda cluster: {}):
        return Part(self, name, lambda: words(self), lambda: environment(self))

    def part(self, name):
        if name not in self.parts:
            raise AssertionError(f"{self.name} has no part {name}; it has {', '.join(self.parts)}")
        return self.parts[name]

    @property
    def server(self):
        return f"https://{self.address}:{self.ports['apiserver']}"

    @property
    def api(self):
        folder = self.authority.folder
        return Api(self.server, self.authority.certificate, folder / "admin.crt", folder / "admin.key")

    def start(self, say=lambda words: None):
        say("certificates")
        self.prepare()
        say("API server")
        self.start_control_plane()
        say("operators")
        self.start_operators()
        if self.node:
            say("true node")
            self.node.start()
        operators.await_operators(self)
        self.await_true("there is a default service account", lambda: self.api.get("ServiceAccount", "default"), 30)

    def prepare(self):
        """The API server is found at the end of the room's cable, and its certificate says where."""
        if self.node:
            self.node.room.open()
        control_plane.make_certificates(self)
        folder = self.authority.folder
        admin = {"client-certificate": str(folder / "admin.crt"), "client-key": str(folder / "admin.key")}
        credentials.write_kubeconfig(self.kubeconfig, self, admin, "admin")

    def start_control_plane(self):
        for name in ("etcd", "apiserver"):
            self.part(name).start()
        self.await_ready()
        for name in ("controllers", "scheduler"):
            self.part(name).start()

    def start_operators(self):
        operators.define_kinds(self)
        for name in ("kwok", "kuberay", "spark-operator"):
            self.part(name).start()

    def await_ready(self, seconds=90):
        """Until the API server answers, as it does some seconds after it was started."""
        self.await_true("the API server is ready", lambda: self.api.is_ready, seconds, self.part("apiserver"))

    def await_true(self, what, question, seconds=60, part=None):
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if answer := question():
                return answer
            if part and not part.is_running:
                raise AssertionError(f"{part.name} of {self.name} ended while waiting: {what}\n{part.log_tail()}")
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s in {self.name}: {what}\n{part.log_tail() if part else ''}")

    def add_nodes(self, prefix, count, **fields):
        """Simulated ones, PREFIX-0 and so on; the fields are those of simulated.node()."""
        names = [f"{prefix}-{number}" for number in range(count)]
        for name in names:
            self.api.create(simulated.node(name, **fields))
        self.await_true(f"{prefix} is ready", lambda: all(simulated.is_ready(self.api.get("Node", name)) for name in names))
        return names

    def add_gpus(self, count, product):
        """Its true node says that it has them. Nobody looks for them there, but they are counted."""
        node = true_node.NAME
        self.api.patch("Node", node, {"metadata": {"labels": {"nvidia.com/gpu.product": product}}})
        self.api.patch("Node", node, {"status": {"capacity": {"nvidia.com/gpu": str(count)}}}, subresource="status")
        self.await_true("the node can allocate GPUs", lambda: self.api.get("Node", node)["status"]["allocatable"].get("nvidia.com/gpu") == str(count))

    def add_namespace(self, name, quota=None, annotations=None, labels=None):
        """With `quota`, as {"requests.nvidia.com/gpu": "8"}, when the cluster counts by it; with the account that its pods have."""
        self.api.create(simulated.namespace(name, annotations, labels))
        if quota:
            self.api.create(simulated.quota(name, quota))
            self.await_true(f"the quota of {name} counts",
                            lambda: "hard" in self.api.get("ResourceQuota", "quota", name).get("status", {}))
        self.await_true(f"{name} has an account for pods", lambda: self.api.get("ServiceAccount", "default", name))

    def end_pod(self, name, namespace="default", exit_code=0, reason=None, message=""):
        return simulated.end_pod(self.api, name, namespace, exit_code, reason, message)

    def compact_etcd(self):
        return etcd_history.compact(self)

    def stop(self):
        """Also what never was started whole. The store is last: everybody else may still have something to say."""
        store = [self.parts[name] for name in ("apiserver", "etcd")]
        of_node = [self.node.room.part, *self.node.parts] if self.node else []
        others = [part for part in self.parts.values() if part not in store + of_node]
        for part in others:
            part.ask_to_stop()
        for part in others:
            part.stop()
        if self.node:
            self.node.room.close()
        for part in store:
            part.stop()
        sweep(self.folder)
        if self.node:
            self.node.room.clear()

    def log_tails(self):
        return "\n".join(f"--- {part.name} of {self.name}\n{part.log_tail(1500)}" for part in self.parts.values())


def sweep(folder):
    """Processes of parts that were started and not yet written down, and children that outlived theirs."""
    for record in process_record.marked(f"{MARK}={folder}"):
        record.kill()
