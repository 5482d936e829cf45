"""Questions to the master's pages, which answer those alone who can sign with the job's secret."""

import base64
import hashlib
import hmac
import json
import urllib.request


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def sign(secret):
    """A JSON Web Signature, which says nothing but that its maker has the secret."""
    signed = _encoded(b'{"alg":"HS256"}') + b"." + _encoded(b'{"sub":"berth"}')
    signature = hmac.digest(secret.encode(), signed, hashlib.sha256)
    return (signed + b"." + _encoded(signature)).decode()


def count_workers(page, secret):
    """How many are alive; 0 while the master is not up."""
    request = urllib.request.Request(f"http://{page}/json/")
    request.add_header("Authorization", "Bearer " + sign(secret))
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with no_proxy.open(request, timeout=5) as answer:
            return json.load(answer).get("aliveworkers", 0)
    except (OSError, ValueError):
        return 0
