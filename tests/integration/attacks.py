"""Tries what must be refused, counts it, and says how often it was."""

import os


class Attacks:
    def __init__(self):
        self.tried = 0
        self.by_kind = {}

    def refused(self, kind, what, is_refused, said=""):
        """One attempt. `is_refused` is what came of it."""
        assert is_refused, f"{kind}: {what} was not refused: {said}"
        self.tried += 1
        self.by_kind[kind] = self.by_kind.get(kind, 0) + 1

    def command(self, kind, user, words, **more):
        done = user.run(words, **more)
        self.refused(kind, " ".join(map(str, words)), done.returncode != 0, done.stdout + done.stderr)
        return done

    def file(self, user, path):
        """Reading, changing, listing and naming away one path with that user's rights."""
        program = """
import os, sys
path, done = sys.argv[1], []
def attempt(name, what):
    try:
        what()
        done.append(name)
    except OSError:
        pass
attempt("read", lambda: open(path, "rb").read(1))
attempt("write", lambda: open(path, "r+b").close())
attempt("append", lambda: open(path, "ab").close())
attempt("list", lambda: os.listdir(path))
attempt("create in", lambda: os.close(os.open(path + "/planted", os.O_CREAT | os.O_WRONLY)))
attempt("link into", lambda: os.symlink("/etc/passwd", path + "/planted-link"))
attempt("rename", lambda: os.rename(path, path + "-gone"))
attempt("chmod", lambda: os.chmod(path, 0o777))
attempt("link out", lambda: os.link(path, f"/tmp/berth-test-link-{os.getpid()}"))
attempt("remove", lambda: os.unlink(path))
print(" ".join(done) or "nothing")
"""
        done = user.python(program, path)
        assert done.returncode == 0, done.stderr
        self.refused("files", f"{path} by {user.name}", done.stdout.strip() == "nothing", done.stdout)
        self.tried += 9
        self.by_kind["files"] += 9

    def process(self, user, pid):
        """Signals, tracing and /proc of one process with that user's rights."""
        program = """
import ctypes, os, signal, sys
pid, done = int(sys.argv[1]), []
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, what):
    try:
        what()
        done.append(name)
    except OSError:
        pass
def trace():
    if libc.ptrace(16, pid, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")
def take_fd():
    pidfd = os.pidfd_open(pid)
    if libc.syscall(438, pidfd, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
for name in ("SIGSTOP", "SIGKILL", "SIGTERM", "SIGCONT", "SIGUSR1"):
    attempt(name, lambda: os.kill(pid, getattr(signal, name)))
attempt("trace", trace)
attempt("take a descriptor", take_fd)
attempt("environ", lambda: open(f"/proc/{pid}/environ", "rb").read())
attempt("mem", lambda: open(f"/proc/{pid}/mem", "r+b"))
attempt("maps", lambda: open(f"/proc/{pid}/maps", "rb").read(1))
attempt("fd", lambda: os.listdir(f"/proc/{pid}/fd"))
attempt("cwd", lambda: os.listdir(f"/proc/{pid}/cwd"))
attempt("root", lambda: os.listdir(f"/proc/{pid}/root"))
attempt("exe", lambda: os.readlink(f"/proc/{pid}/exe"))
attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19))
print(" ".join(done) or "nothing")
"""
        done = user.python(program, str(pid))
        assert done.returncode == 0, done.stderr
        self.refused("processes", f"{pid} by {user.name}", done.stdout.strip() == "nothing", done.stdout)
        self.tried += 14
        self.by_kind["processes"] += 14
        assert os.path.exists(f"/proc/{pid}"), f"{pid} is gone"

    def summary(self):
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.by_kind.items()))
        return f"tried {self.tried}, refused {self.tried} ({kinds})"


def is_stopped(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rsplit(")", 1)[1].split()[0] in "Tt"
