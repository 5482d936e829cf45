"""A filter of twenty lines, built outside the tree against an installed SDK, changes where the next job goes after one
line in the site file and a restart."""

import pathlib
import shutil
import subprocess
import sys

from daemon_under_test import BUILD, Daemon, command

FILTER = """#include <berth/filter.hpp>

struct KeepOff {
  berth::name cluster;
  static constexpr std::tuple options{
      berth::option{"cluster", &KeepOff::cluster, "cluster that jobs keep off"}};
  enum why : std::uint16_t { kept_off = 1 };
  static constexpr berth::reason reasons[] = {
      {kept_off, "KeptOff", "jobs keep off this cluster", berth::never}};
  berth::verdict check(const berth::Job&, const berth::Pool& pool) const {
    if (pool.cluster() == cluster) return kept_off;
    return berth::fits;
  }
};
BERTH_MODULE(berth::define_filter<KeepOff>("acme.keep-off", "1.0.0", "Keep jobs off one cluster"))
"""
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(keep_off CXX)
find_package(Berth REQUIRED)
berth_add_plugin(keep_off SOURCES keep_off.cpp)
"""
KEEP_OFF_WEST = '[plugins.keep-off]\nplugin = "acme.keep-off"\ncluster = "west"\n'
PROFILE = """
[profiles.default]
filters = ["cluster_ready", "affinity", "workload_format", "gpu_sku", "capacity", "node_fit"{more}]
scorers = [{{plugin = "least_loaded", weight = 1}}]
"""


def run(*words):
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"


def build_filter(folder):
    installed = folder / "installed"
    run("cmake", "--install", BUILD, "--component", "sdk", "--prefix", installed)
    source = folder / "keep_off"
    source.mkdir()
    (source / "keep_off.cpp").write_text(FILTER)
    (source / "CMakeLists.txt").write_text(CMAKE)
    run("cmake", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={installed}")
    run("cmake", "--build", source / "build")
    return next((source / "build").rglob("keep_off.so"))


def where_it_goes(daemon):
    status, text = daemon.request("POST", "/v1/jobs", command(["true"]))
    assert status == 201, text
    job = daemon.await_end(text.split('"id":"')[1].split('"')[0])
    assert job["phase"] == "Succeeded", job
    return job


def main():
    with Daemon() as daemon:
        before = where_it_goes(daemon)["assignment"]["cluster"]
        assert before == "west", before
        daemon.stop()
        plugins = daemon.folder / "plugins"
        plugins.mkdir(mode=0o755)
        for library in (BUILD / "plugins").glob("*.so"):
            shutil.copy(library, plugins)
        shutil.copy(build_filter(daemon.folder), plugins)
        daemon.write_site(KEEP_OFF_WEST + PROFILE.format(more=', "keep-off"'), plugins)
        daemon.start()
        job = where_it_goes(daemon)
        after = job["assignment"]["cluster"]
        assert after == "east", after
        table = daemon.cli("explain", job["id"]).stdout
        assert "KeptOff" in table, table
        print(f"went to {before} before, to {after} with acme.keep-off\n{table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
