"""A Ray client, and what it says."""

import subprocess

from daemon_under_test import RAY_VENV


def ask_ray(run, address, token, expression):
    """What a client is told that computes `expression` at the address; it ends in "client got VALUE" where it gets in.
    `run(words, env=, timeout=)` gives what came of a program."""
    program = (f"import os, ray; ray.init({address!r}); "
               f"print('client got', ray.get(ray.remote(lambda: {expression}).remote()))")
    environment = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token} if token else {}
    try:
        done = run([f"{RAY_VENV}/bin/python", "-c", program], env=environment, timeout=60)
        return done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return "no answer"
