"""Where a job's members can be reached: a file in the folder that they share."""

import json
import os
import socket
import sys
import time


def _path():
    return os.path.join(os.environ["BERTH_SHARED"], "endpoints.json")


def publish(endpoints):
    """Written under another name first: a reader sees all of it or nothing."""
    draft = _path() + ".new"
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(endpoints, file)
    os.replace(draft, _path())


def withdraw():
    try:
        os.unlink(_path())
    except FileNotFoundError:
        pass


def read():
    """None until somebody has published."""
    try:
        with open(_path(), encoding="utf-8") as file:
            found = json.load(file)
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def wait(seconds, publisher):
    """Ends the process with 75 when nothing is published in time."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        found = read()
        if found:
            return found
        time.sleep(0.1)
    print(f"berth: no {publisher} published {_path()} within {seconds:g} s", flush=True)
    sys.exit(75)


def answers(endpoint):
    """Does anything accept connections there?"""
    host, port = endpoint.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        return True
    except OSError:
        return False
