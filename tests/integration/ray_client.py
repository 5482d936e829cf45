"""A Ray client, and what it says."""

import subprocess

from daemon_under_test import RAY_VENV

WHAT_PASSES = ("Starting Ray client server failed", "ZombieProcess", "no answer")


def ask_ray(run, address, token, expression, tries=1):
    """What a client is told that computes `expression` at the address; it ends in "client got VALUE" where it gets in.
    `run(words, env=, timeout=)` gives what came of a program. Ray forks a server for each client while its own threads
    run, and now and then that server dies before it begins: whoever must get in tries again."""
    program = (f"import os, ray; ray.init({address!r}); "
               f"print('client got', ray.get(ray.remote(lambda: {expression}).remote()))")
    environment = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token} if token else {}
    for _ in range(tries):
        try:
            done = run([f"{RAY_VENV}/bin/python", "-c", program], env=environment, timeout=60)
            said = done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            said = "no answer"
        if not any(words in said for words in WHAT_PASSES):
            break
    return said
