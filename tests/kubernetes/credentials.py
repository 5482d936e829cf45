"""Every way in which a client of a cluster says who it is: kubeconfigs, and what they refer to. A kubeconfig is written as JSON, which is YAML."""

import base64
import json
import shlex
import time


def write_kubeconfig(path, cluster, user, name="test"):
    """`user`: the fields of one entry of users, as client_certificate() and those below make them."""
    document = {
        "apiVersion": "v1", "kind": "Config", "current-context": cluster.name,
        "clusters": [{"name": cluster.name, "cluster": {"server": cluster.server,
                                                        "certificate-authority": str(cluster.authority.certificate)}}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": cluster.name, "context": {"cluster": cluster.name, "user": name}}]}
    return write_secret(path, json.dumps(document, indent=1))


def write_secret(path, text):
    """Complete or not at all, so that it may replace what a running client reads."""
    making = path.with_name(path.name + ".new")
    making.touch(mode=0o600)
    making.write_text(text)
    making.rename(path)
    return path


def client_certificate(cluster, user, groups=(), days=365, embedded=False):
    """A certificate that the cluster's authority issues for this user."""
    subject = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
    certificate, key = cluster.authority.issue(user.replace(":", "-"), subject, [f"DNS:{user.replace(':', '-')}"], days)
    if not embedded:
        return {"client-certificate": str(certificate), "client-key": str(key)}
    return {"client-certificate-data": encoded(certificate.read_bytes()), "client-key-data": encoded(key.read_bytes())}


def encoded(data):
    return base64.b64encode(data).decode()


def bearer(token):
    return {"token": token}


def bearer_from_file(path):
    """The file may be replaced by write_secret() while a client uses it."""
    return {"tokenFile": str(path)}


def from_command(words, environment=None):
    """A program that prints an ExecCredential each time it is asked."""
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "command": str(words[0]),
                     "args": [str(word) for word in words[1:]],
                     "env": [{"name": name, "value": value} for name, value in (environment or {}).items()]}}


def token_command(path, token_file, seconds=600):
    """Writes such a program: it gives what is in `token_file`, good for `seconds`, and counts in PATH.asked how often it was."""
    path.write_text(f"""#!/bin/sh
echo >> {shlex.quote(str(path) + ".asked")}
printf '{{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {{"token": "%s", "expirationTimestamp": "%s"}}}}' \\
  "$(cat {shlex.quote(str(token_file))})" "$(date -u -d '+{seconds} seconds' +%Y-%m-%dT%H:%M:%SZ)"
""")
    path.chmod(0o755)
    return path


def service_account(cluster, name, namespace="default", cluster_role=None):
    """Makes one; with `cluster_role` ("view", "edit", "cluster-admin" or a test's own) it has that role in the whole cluster."""
    cluster.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}})
    if cluster_role:
        bind(cluster, "ClusterRoleBinding", cluster_role, name, namespace)
    return name


def allow(cluster, account, cluster_role, namespace="default"):
    """That role, in this namespace alone."""
    bind(cluster, "RoleBinding", cluster_role, account, namespace)


def bind(cluster, kind, cluster_role, account, namespace):
    group = "rbac.authorization.k8s.io"
    cluster.api.create({
        "apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": f"{namespace}-{account}-{cluster_role}", "namespace": namespace},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": cluster_role},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}]})


def token(cluster, account, namespace="default", seconds=3600):
    """As `kubectl create token` gets one; an API server gives none for less than ten minutes."""
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": seconds}}
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
    return cluster.api.ask("POST", path, request)["status"]["token"]


# An API server lets clocks differ by this much.
LEEWAY_SECONDS = 60


def short_token(cluster, account, namespace="default", seconds=5):
    """One that ends sooner than an API server would make it, signed with the cluster's own key. What was let in by it once may be let in for
    some ten seconds more: the server remembers that."""
    uid = cluster.api.get("ServiceAccount", account, namespace)["metadata"]["uid"]
    now = int(time.time()) - LEEWAY_SECONDS
    issuer = "https://kubernetes.default.svc"
    claims = {"iss": issuer, "aud": [issuer], "sub": f"system:serviceaccount:{namespace}:{account}",
              "iat": now, "nbf": now, "exp": now + seconds,
              "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": account, "uid": uid}}}
    signed = b".".join(web_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": key_id(cluster)}, claims))
    return (signed + b"." + web_encoded(cluster.authority.sign(signed))).decode()


def web_encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def key_id(cluster):
    """The name that the API server itself gives to its key."""
    return cluster.api.ask("GET", "/openid/v1/jwks")["keys"][0]["kid"]
