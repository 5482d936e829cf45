"""What executors print, which their worker keeps in files, as lines of the worker's own output."""

import contextlib
import glob
import os
import sys
import threading

LOOK_EVERY_SECONDS = 0.5
CHUNK = 1 << 16
HEADING = (b"Spark Executor Command:", b"=" * 40)  # the worker's, above each file


class Copier:
    """Goes by inode: a full file is given another name, and a new one takes its place."""

    def __init__(self, folder, out):
        self._pattern = os.path.join(folder, "app-*", "*", "std*")
        self._out = out
        self._offsets = {}

    def copy(self, is_last=False):
        # Sorted, a file that was put aside comes after the one that took its place: it is older.
        for path in sorted(glob.glob(self._pattern), reverse=True):
            with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
                self._copy_file(file, is_last)
        self._out.flush()

    def _copy_file(self, file, is_last):
        inode = os.fstat(file.fileno()).st_ino
        offset = self._offsets.get(inode, 0)
        file.seek(offset)
        while chunk := file.read(CHUNK):
            # Whole lines, or two executors' would mix; a line that is longer goes as it comes.
            whole = chunk if is_last or len(chunk) == CHUNK else chunk[: chunk.rfind(b"\n") + 1]
            for line in whole.splitlines(keepends=True):
                if not line.startswith(HEADING):
                    self._out.write(line)
            offset += len(whole)
            if len(whole) < len(chunk):
                break
        self._offsets[inode] = offset


@contextlib.contextmanager
def followed(folder):
    copier = Copier(folder, sys.stdout.buffer)
    is_over = threading.Event()

    def follow():
        while not is_over.wait(LOOK_EVERY_SECONDS):
            copier.copy()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        copier.copy(is_last=True)
