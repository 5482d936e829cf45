"""Requests to an API server, and where its objects are."""

import http.client
import json
import ssl
import time
import urllib.parse

MERGE_PATCH = "application/merge-patch+json"
KINDS = {  # what to ask for, and whether it lies in a namespace
    "Namespace": ("api/v1", "namespaces", False),
    "Node": ("api/v1", "nodes", False),
    "Pod": ("api/v1", "pods", True),
    "Secret": ("api/v1", "secrets", True),
    "ConfigMap": ("api/v1", "configmaps", True),
    "Service": ("api/v1", "services", True),
    "Event": ("api/v1", "events", True),
    "ResourceQuota": ("api/v1", "resourcequotas", True),
    "ServiceAccount": ("api/v1", "serviceaccounts", True),
    "Role": ("apis/rbac.authorization.k8s.io/v1", "roles", True),
    "RoleBinding": ("apis/rbac.authorization.k8s.io/v1", "rolebindings", True),
    "ClusterRole": ("apis/rbac.authorization.k8s.io/v1", "clusterroles", False),
    "ClusterRoleBinding": ("apis/rbac.authorization.k8s.io/v1", "clusterrolebindings", False),
    "CustomResourceDefinition": ("apis/apiextensions.k8s.io/v1", "customresourcedefinitions", False),
    "RayCluster": ("apis/ray.io/v1", "rayclusters", True),
    "RayJob": ("apis/ray.io/v1", "rayjobs", True),
    "SparkApplication": ("apis/sparkoperator.k8s.io/v1beta2", "sparkapplications", True),
}


class ApiError(Exception):
    def __init__(self, status, path, text):
        super().__init__(f"{status} for {path}: {text[:2000]}")
        self.status = status


def path_of(kind, name=None, namespace="default"):
    group, plural, is_namespaced = KINDS[kind]
    within = f"namespaces/{namespace}/" if is_namespaced and namespace else ""
    return f"/{group}/{within}{plural}" + (f"/{name}" if name else "")


class Api:
    def __init__(self, server, authority, certificate=None, key=None, token=None):
        self.address = urllib.parse.urlsplit(server)
        self.tls = ssl.create_default_context(cafile=authority)
        if certificate:
            self.tls.load_cert_chain(certificate, key)
        self.token = token

    def open(self, method, path, body=None, content_type="application/json", timeout=30):
        """The response, to be read and closed by whoever asked: a watch never ends."""
        connection = http.client.HTTPSConnection(self.address.hostname, self.address.port, timeout=timeout, context=self.tls)
        headers = {"Content-Type": content_type, "Accept": "application/json, */*;q=0.1"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, json.dumps(body) if isinstance(body, (dict, list)) else body, headers)
        return connection.getresponse()

    def text(self, method, path, *body, **more):
        """One that has just started may ask to come back: "storage is (re)initializing"."""
        give_up = time.monotonic() + 30
        while True:
            with self.open(method, path, *body, **more) as response:
                text = response.read().decode()
            if response.status < 300:
                return text
            if response.status != 429 or time.monotonic() > give_up:
                raise ApiError(response.status, f"{method} {path}", text)
            time.sleep(0.5)

    def ask(self, method, path, *body, **more):
        return json.loads(self.text(method, path, *body, **more))

    def get(self, kind, name, namespace="default"):
        """None where there is none."""
        try:
            return self.ask("GET", path_of(kind, name, namespace))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def list(self, kind, namespace=None, selector=""):
        query = f"?labelSelector={urllib.parse.quote(selector)}" if selector else ""
        return self.ask("GET", path_of(kind, None, namespace) + query)["items"]

    def create(self, item, namespace=None):
        namespace = namespace or item["metadata"].get("namespace", "default")
        return self.ask("POST", path_of(item["kind"], None, namespace), item)

    def patch(self, kind, name, patch, namespace="default", subresource=""):
        path = path_of(kind, name, namespace) + (f"/{subresource}" if subresource else "")
        return self.ask("PATCH", path, patch, content_type=MERGE_PATCH)

    def delete(self, kind, name, namespace="default"):
        """False where there is none. What follows from it may take the cluster a while."""
        try:
            self.ask("DELETE", path_of(kind, name, namespace))
            return True
        except ApiError as error:
            if error.status == 404:
                return False
            raise

    @property
    def is_ready(self):
        try:
            return self.text("GET", "/readyz", timeout=5) == "ok"
        except (OSError, http.client.HTTPException, ApiError):
            return False
