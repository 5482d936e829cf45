"""The Debian packages of the build, made once for each test that installs them."""

import subprocess

from daemon_under_test import BUILD


def make_packages(folder):
    """Name to path."""
    done = subprocess.run(["cpack", "-G", "DEB", "--config", str(BUILD / "CPackConfig.cmake"), "-B", str(folder)], text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    packages = {path.name.split("_")[0]: path for path in folder.glob("*.deb")}
    assert set(packages) == {"berth", "berth-sdk"}, packages
    return packages
