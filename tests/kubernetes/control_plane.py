"""etcd, API server, controllers and scheduler: their command lines. Each is found on its own address only, and lets in who has a
certificate of the cluster."""

from programs import program

SERVICES = "10.96.0.0/16"
FIRST_SERVICE = "10.96.0.1"  # how pods reach the API server
# An API server does not advertise a loopback address; where no pod runs, nobody looks for this one.
NOWHERE = "203.0.113.1"


def make_certificates(cluster):
    authority = cluster.authority
    authority.make()
    authority.issue("server", "/CN=kube-apiserver", [
        f"IP:{cluster.address}", "IP:127.0.0.1", f"IP:{FIRST_SERVICE}", "DNS:localhost", "DNS:kubernetes.default.svc"])
    authority.issue("admin", "/O=system:masters/CN=admin", ["DNS:admin"])
    authority.make_signing_key()


def etcd(cluster):
    client, peer = (f"https://127.0.0.1:{cluster.ports[name]}" for name in ("etcd", "etcd-peer"))
    secured = []
    for kind in ("", "peer-"):
        secured += [f"--{kind}cert-file=certificates/server.crt", f"--{kind}key-file=certificates/server.key",
                    f"--{kind}trusted-ca-file=certificates/ca.crt", f"--{kind}client-cert-auth"]
    return [program("etcd"), "--name", cluster.name, "--data-dir", "etcd", "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", f"{cluster.name}={peer}", "--unsafe-no-fsync", *secured]


def apiserver(cluster):
    folder = "certificates"
    return [program("kube-apiserver"),
            f"--etcd-servers=https://127.0.0.1:{cluster.ports['etcd']}", f"--etcd-cafile={folder}/ca.crt",
            f"--etcd-certfile={folder}/admin.crt", f"--etcd-keyfile={folder}/admin.key",
            f"--bind-address={cluster.address}", f"--secure-port={cluster.ports['apiserver']}",
            f"--advertise-address={cluster.address if cluster.node else NOWHERE}",
            f"--tls-cert-file={folder}/server.crt", f"--tls-private-key-file={folder}/server.key",
            f"--client-ca-file={folder}/ca.crt", "--authorization-mode=Node,RBAC",
            f"--service-account-key-file={folder}/sa.pub", f"--service-account-signing-key-file={folder}/sa.key",
            "--service-account-issuer=https://kubernetes.default.svc", f"--service-cluster-ip-range={SERVICES}",
            f"--kubelet-client-certificate={folder}/admin.crt", f"--kubelet-client-key={folder}/admin.key",
            "--kubelet-preferred-address-types=InternalIP", "--allow-privileged=true"]


def controllers(cluster):
    return [program("kube-controller-manager"), f"--kubeconfig={cluster.kubeconfig}", "--secure-port=0",
            "--service-account-private-key-file=certificates/sa.key", "--root-ca-file=certificates/ca.crt",
            "--use-service-account-credentials=true", "--leader-elect=false"]


def scheduler(cluster):
    return [program("kube-scheduler"), f"--kubeconfig={cluster.kubeconfig}", "--secure-port=0", "--leader-elect=false"]
