"""A node's own temporary folder: short, for Ray keeps its sockets there, and nobody else's."""

import contextlib
import os
import shutil
import sys
import tempfile
import time

REMOVALS_MAX = 30
PATH_MAX = 40  # Ray adds up to 67 characters, and a socket's path ends at 107


def _make():
    given = os.environ.get("BERTH_SHORT_TMP")
    if given:
        os.makedirs(given, mode=0o700, exist_ok=True)
    job = os.environ.get("BERTH_JOB_ID", "job")[:12]
    own = tempfile.mkdtemp(prefix="r" if given else f"berth-{job}-", dir=given or "/tmp")
    folder = f"{own}/r"
    if len(folder) > PATH_MAX:
        os.rmdir(own)
        sys.exit(
            f"berth: {folder} has {len(folder)} characters; Ray's sockets leave room for"
            f" {PATH_MAX}: set BERTH_SHORT_TMP to a shorter folder"
        )
    os.mkdir(folder)
    return own, folder


def _remove(folder):
    """What is ending may still make a socket in it."""
    for _ in range(REMOVALS_MAX):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.1)


@contextlib.contextmanager
def fresh():
    """A folder within one that nobody else may enter: Ray opens its own to everybody (mode 777). Both are removed at the
    end, as far as they can be: what is killed with -9 leaves them behind."""
    own, folder = _make()
    try:
        yield folder
    finally:
        _remove(own)
