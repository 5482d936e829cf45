"""Real users of this machine for one test: made with names that say so, gone afterwards. Root alone can."""

import os
import pwd
import subprocess

PREFIX = "berth-test-"


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def remove_forgotten():
    """Of tests that were killed: the number in the name is the process that made them."""
    for entry in pwd.getpwall():
        maker = entry.pw_name.rsplit("-", 1)[-1]
        if entry.pw_name.startswith(PREFIX) and maker.isdigit() and not os.path.exists(f"/proc/{maker}"):
            run("userdel", entry.pw_name)


class ExtraUser:
    """Use as a context. No password, no shell, no home: only root can become it."""

    def __init__(self, letter):
        self.name = f"{PREFIX}{letter}-{os.getpid()}"
        remove_forgotten()
        made = run("useradd", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin",
                   "--user-group", self.name)
        assert made.returncode == 0, made.stderr
        entry = pwd.getpwnam(self.name)
        self.uid, self.gid = entry.pw_uid, entry.pw_gid

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        run("userdel", self.name)

    def run(self, words, **more):
        """A program with this user's rights, in a session of its own, as after a login; its environment says no more than
        it must."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", **more.pop("env", {})}
        return subprocess.run([str(word) for word in words], user=self.uid, group=self.gid, extra_groups=[],
                              env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              start_new_session=True, cwd="/", timeout=more.pop("timeout", 120), **more)

    def python(self, program, *arguments, **more):
        return self.run(["/usr/bin/python3", "-c", program, *arguments], **more)
