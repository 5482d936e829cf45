"""A node on which containers really run: containerd, runc, a bridge, kubelet, kube-proxy and DNS, all within a room."""

import json

import images
from credentials import client_certificate, write_kubeconfig
from part import Part
from programs import CNI, program
from room import Room
from simulated import is_ready

NAME = "true-0"
LABEL = "berth.test/true-node"  # "true" on this node alone
CONTAINERD = """version = 2
root = "{folder}/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  # Root in a container of its own may not make the kernel spare a process.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{folder}/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "{folder}/opt"
"""
SOCKET = "/run/containerd/containerd.sock"  # the room's own /run
COREFILE = """.:53 {{
  bind {address}
  errors
  cache 5
  kubernetes cluster.local in-addr.arpa {{
    kubeconfig {kubeconfig}
    pods insecure
  }}
}}
"""


class TrueNode:
    """Its parts, in the order in which they start, after the room."""

    def __init__(self, cluster, network):
        self.cluster = cluster
        self.network = network
        self.folder = cluster.folder / "node"
        self.room = Room(cluster, network)
        words = {"containerd": self.containerd, "kubelet": self.kubelet, "proxy": self.proxy, "dns": self.dns}
        self.parts = [self.within(name, of) for name, of in words.items()]

    def within(self, name, words):
        return Part(self.cluster, name, lambda: self.room.entered(*words()), entered=True)

    def containerd(self):
        return ["containerd", "--config", self.folder / "containerd.toml"]

    def kubelet(self):
        return [program("kubelet"), "--kubeconfig", self.folder / "kubeconfig", "--config", self.folder / "kubelet.json",
                "--root-dir", self.folder / "kubelet", "--hostname-override", NAME, "--node-ip", self.network.node,
                f"--node-labels={LABEL}=true"]

    def proxy(self):
        """The limits of the kernel's table of connections are the machine's, not the room's."""
        return [program("kube-proxy"), "--kubeconfig", self.cluster.kubeconfig, "--hostname-override", NAME, "--proxy-mode=iptables",
                f"--cluster-cidr={self.network.pods}", "--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0",
                "--conntrack-tcp-timeout-close-wait=0"]

    def dns(self):
        return [program("coredns"), "-conf", self.folder / "Corefile"]

    def write_settings(self):
        (self.folder / "cni").mkdir(parents=True)
        (self.folder / "containerd.toml").write_text(CONTAINERD.format(folder=self.folder, pause=images.PAUSE, plugins=CNI))
        (self.folder / "cni" / "10-pods.conflist").write_text(json.dumps(self.pod_network()))
        (self.folder / "kubelet.json").write_text(json.dumps(self.kubelet_settings()))
        (self.folder / "resolv.conf").write_text(f"nameserver {self.network.node}\n")
        (self.folder / "Corefile").write_text(COREFILE.format(address=self.network.node, kubeconfig=self.cluster.kubeconfig))
        identity = client_certificate(self.cluster, f"system:node:{NAME}", ["system:nodes"])
        write_kubeconfig(self.folder / "kubeconfig", self.cluster, identity)

    def pod_network(self):
        addresses = {"type": "host-local", "dataDir": str(self.folder / "cni" / "addresses"),
                     "ranges": [[{"subnet": self.network.pods, "gateway": self.network.gateway}]], "routes": [{"dst": "0.0.0.0/0"}]}
        bridge = {"type": "bridge", "bridge": "pods", "isGateway": True, "hairpinMode": True, "ipam": addresses}
        return {"cniVersion": "1.0.0", "name": "pods", "plugins": [bridge, {"type": "loopback"}]}

    def kubelet_settings(self):
        """Lenient where a machine that is itself a container cannot do otherwise; strict about who may speak to it."""
        return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
                "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": False},
                                   "x509": {"clientCAFile": str(self.cluster.authority.certificate)}},
                "authorization": {"mode": "AlwaysAllow"}, "address": self.network.node,
                "clusterDNS": [self.network.node], "clusterDomain": "cluster.local", "resolvConf": str(self.folder / "resolv.conf"),
                "containerRuntimeEndpoint": f"unix://{SOCKET}", "cgroupDriver": "cgroupfs", "failCgroupV1": False,
                "cgroupsPerQOS": False, "enforceNodeAllocatable": [], "failSwapOn": False, "localStorageCapacityIsolation": False,
                "evictionHard": {"memory.available": "100Mi"}, "imageGCHighThresholdPercent": 100,
                "volumePluginDir": str(self.folder / "volume-plugins"), "podLogsDir": str(self.folder / "pod-logs")}

    def start(self):
        self.write_settings()
        containerd, *others = self.parts
        containerd.start()
        self.import_images()
        for part in others:
            part.start()
        self.cluster.await_true(f"{NAME} is ready", lambda: is_ready(self.cluster.api.get("Node", NAME)), 90, self.parts[1])

    def import_images(self):
        ctr = ["ctr", "--address", SOCKET, "--namespace", "k8s.io"]
        self.cluster.await_true("containerd answers", lambda: self.answers(*ctr, "version"), 30, self.parts[0])
        for archive in images.make(self.folder / "images"):
            self.room.run(*ctr, "images", "import", archive)

    def answers(self, *words):
        try:
            return bool(self.room.run(*words))
        except AssertionError:
            return False
