"""The Debian packages that the build makes: they say what they need, lie where they should, and what was installed works as it is.
As root, dpkg installs them into a copy-on-write view of this machine, and berthd runs there without a word of configuration.
Anybody else unpacks them and runs berthd from there."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from machine_view import View
from packages import make_packages

WANTED = """
/usr/bin/berth
/usr/sbin/berthd
/usr/libexec/berth/berth-supervise
/usr/libexec/berth/hold-cgroup
/usr/lib/berth/plugins/local.so
/usr/lib/berth/plugins/command.so
/usr/lib/berth/plugins/capacity.so
/etc/berth/berth.toml
/usr/lib/systemd/system/berthd.service
/usr/lib/systemd/system/berth-jobs.service
/usr/share/doc/berth/berth.toml
/usr/share/doc/berth/job.yaml
/usr/share/doc/berth/examples/one-cluster.toml
/usr/share/doc/berth/kubernetes/kubeconfig.sh
/usr/share/doc/berth/plugins/backends/kubernetes/README.md
/usr/share/man/man1/berth.1
/usr/share/man/man5/berth.toml.5
/usr/share/man/man5/berth-job.5
/usr/share/man/man8/berthd.8
/usr/share/man/man8/berth-supervise.8
/usr/share/bash-completion/completions/berth
/usr/share/zsh/vendor-completions/_berth
/usr/share/fish/vendor_completions.d/berth.fish
""".split()


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True, timeout=600,
                          stdin=subprocess.DEVNULL, **more)
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def files_of(package):
    """Path to mode and owner."""
    files = {}
    for line in run("dpkg-deb", "--contents", package).splitlines():
        mode, owner, _, _, _, path = line.split(maxsplit=5)
        files[path.split(" -> ")[0].removeprefix(".").rstrip("/")] = (mode, owner)
    return files


def the_package_is_in_order(package):
    fields = dict(re.findall(r"(?m)^([A-Z]\S*): (.*)$", run("dpkg-deb", "--field", package)))
    assert fields["Package"] == "berth" and re.fullmatch(r"\d+\.\d+\.\d+", fields["Version"]), fields
    for library in ("libc6", "libstdc++6", "libsqlite3-0", "libssl3"):
        assert library in fields["Depends"], f"{library} is not in Depends: {fields['Depends']}"
    files = files_of(package)
    missing = [path for path in WANTED if path not in files]
    assert not missing, f"missing: {missing}"
    for path, (mode, owner) in files.items():
        assert owner == "root/root", f"{path} is {owner}'s"
        assert mode[5] != "w" and mode[8] != "w", f"{path} can be written by others: {mode}"
        assert not path.startswith("/usr/include"), f"{path} belongs into berth-sdk"
    with tempfile.TemporaryDirectory() as control:
        run("dpkg-deb", "--control", package, control)
        assert pathlib.Path(control, "conffiles").read_text().split() == ["/etc/berth/berth.toml"]
        for script in ("postinst", "prerm", "postrm"):
            run("sh", "-n", pathlib.Path(control, script))
    print(f"{package.name}: {len(files)} paths, {package.stat().st_size >> 20} MiB, depends on {fields['Depends']}")


class Installed:
    """A berthd that was installed, and the words that run something where it is."""

    def __init__(self, prefix_words, root, socket, config=None):
        self.within = prefix_words
        self.root = root
        self.socket = socket
        self.config = config
        self.process = None

    def words(self, program, *arguments):
        return [*self.within, program if self.within else str(self.root) + program, *arguments]

    def berth(self, *arguments, check=True):
        done = subprocess.run(self.words("/usr/bin/berth", *arguments), text=True, capture_output=True, timeout=120,
                              env=dict(os.environ, BERTH_SOCKET=self.socket), stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"berth {arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def start(self, log):
        config = ["--config", self.config] if self.config else []
        self.process = subprocess.Popen(self.words("/usr/sbin/berthd", *config), stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL)
        give_up = time.monotonic() + 60
        while self.berth("server", "status", check=False).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < give_up, "berthd is not ready"
            time.sleep(0.05)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)  # unshare and chroot were replaced by it
        assert self.process.wait(timeout=60) == 0


def a_job_succeeds(installed, folder):
    with open(folder / "berthd.log", "ab") as log:
        try:
            installed.start(log)
            pools = installed.berth("pools").stdout
            assert "machine" in pools, pools
            job = installed.berth("submit", "--project", "default", "--cpu", "100m", "--quiet", "--", "echo", "at home").stdout.strip()
            waited = installed.berth("wait", job, check=False)
            assert waited.returncode == 0, waited.stdout + waited.stderr
            logs = installed.berth("logs", job).stdout
            assert logs == "at home\n", logs
        except AssertionError:
            sys.stderr.write((folder / "berthd.log").read_text()[-4000:])
            raise
        finally:
            installed.stop()


def unpacked_it_runs(packages, folder):
    root = folder / "unpacked"
    run("dpkg-deb", "--extract", packages["berth"], root)
    site = (root / "etc/berth/berth.toml").read_text()
    socket = str(folder / "control.sock")
    own = site.replace("/var/lib/berth", str(folder / "state")).replace("/run/berth/control.sock", socket)
    assert own != site
    (folder / "site.toml").write_text(own)
    a_job_succeeds(Installed([], root, socket, folder / "site.toml"), folder)
    print("unpacked: berthd found its plugins and supervisor beside itself and ran a job")


def dpkg_installs_it(packages, folder):
    with View(folder) as view:
        within = view.within
        if not view.is_there:
            print("not tried: dpkg --install (no overlay of this machine can be mounted)")
            return
        run(*within, "dpkg", "--install", "/mnt/" + packages["berth"].name)
        units = [f"/usr/lib/systemd/system/{name}.service" for name in ("berthd", "berth-jobs")]
        if shutil.which("systemd-analyze"):
            complaints = subprocess.run([*within, "systemd-analyze", "verify", *units], text=True, capture_output=True)
            ours = [line for line in (complaints.stdout + complaints.stderr).splitlines() if "berth" in line]
            assert complaints.returncode == 0 and not ours, ours
        run(*within, "/usr/bin/berth", "config", "check", "/etc/berth/berth.toml")
        # What RuntimeDirectory= and StateDirectory= of the unit do.
        run(*within, "mkdir", "-m", "0755", "/run/berth")
        run(*within, "mkdir", "-m", "0700", "/var/lib/berth")
        a_job_succeeds(Installed(within, "", "/run/berth/control.sock"), folder)
        run(*within, "dpkg", "--purge", "berth")
        gone = subprocess.run([*within, "ls", "/usr/sbin/berthd", "/etc/berth/berth.toml", "/var/lib/berth"],
                              capture_output=True, text=True)
        assert gone.stdout == "", gone.stdout
    print("dpkg installed it, berthd ran a job without any configuration, dpkg purged it")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-installed-"))
    try:
        packages = make_packages(folder)
        the_package_is_in_order(packages["berth"])
        unpacked_it_runs(packages, folder)
        if os.geteuid() == 0:
            dpkg_installs_it(packages, folder)
        else:
            print("not tried: dpkg --install (not root)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
