"""Questions to the head's dashboard, with the cluster's token."""

import json
import os
import urllib.error
import urllib.request


def get(dashboard, path):
    """(HTTP status, JSON); (None, None) while nobody answers."""
    request = urllib.request.Request(f"http://{dashboard}{path}")
    if os.environ.get("RAY_AUTH_MODE") == "token":
        request.add_header("Authorization", "Bearer " + os.environ["RAY_AUTH_TOKEN"])
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with no_proxy.open(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None
    except (OSError, ValueError):
        return None, None


def count_alive_nodes(dashboard):
    """0 while the head is not up. Ray lists 100 nodes unless told otherwise, 10000 at most."""
    status, answer = get(dashboard, "/api/v0/nodes?limit=10000")
    if status != 200 or not answer.get("result"):
        return 0
    return sum(node["state"] == "ALIVE" for node in answer["data"]["result"]["result"])
