#include "cgroup.hpp"

#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "descriptor.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

struct Mount {
  std::string root;
  std::string path;
};

// Of a line of mountinfo: ID PARENT DEVICE ROOT PATH OPTIONS ... - TYPE SOURCE OPTIONS.
std::optional<Mount> parse_cgroup_mount(const std::string& line) {
  if (line.find(" - cgroup2 ") == std::string::npos) return std::nullopt;
  std::istringstream words(line);
  std::string id, parent, device;
  Mount mount;
  words >> id >> parent >> device >> mount.root >> mount.path;
  return mount;
}

// Of the line "0::/path" of /proc/self/cgroup.
std::string own_cgroup() {
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return "/";
}

fs::path place_below(const Mount& mount, const std::string& cgroup) {
  std::string_view below = cgroup;
  if (mount.root != "/" && below.starts_with(mount.root)) below.remove_prefix(mount.root.size());
  while (below.starts_with('/')) below.remove_prefix(1);
  return below.empty() ? fs::path(mount.path) : fs::path(mount.path) / below;
}

bool can_make_below(const fs::path& cgroup) {
  const Cgroup trial(cgroup / ("berth-trial-" + std::to_string(getpid())));
  return access((cgroup / "cgroup.procs").c_str(), W_OK) == 0 && trial.make() && trial.remove();
}

std::vector<fs::path> children(const fs::path& cgroup) {
  std::vector<fs::path> all;
  std::error_code error;
  for (fs::directory_iterator entry(cgroup, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error)) all.push_back(entry->path());
  }
  return all;
}

}  // namespace

bool Cgroup::make() const {
  std::error_code error;
  if (path_.empty()) return false;
  fs::create_directories(path_, error);
  return fs::exists(path_ / "cgroup.events", error);
}

bool Cgroup::is_populated() const {
  if (path_.empty()) return false;
  const auto events = read_small_file(path_ / "cgroup.events");
  return events && events->find("populated 1") != std::string::npos;
}

std::size_t Cgroup::count_processes() const {
  if (path_.empty()) return 0;
  const auto processes = read_small_file(path_ / "cgroup.procs");
  std::size_t count = 0;
  if (processes) {
    count = static_cast<std::size_t>(std::count(processes->begin(), processes->end(), '\n'));
  }
  for (const fs::path& child : children(path_)) count += Cgroup(child).count_processes();
  return count;
}

void Cgroup::kill() const {
  if (path_.empty()) return;
  const Descriptor file(open((path_ / "cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const auto written = file ? write(file.number(), "1", 1) : 0;
}

bool Cgroup::remove() const {
  if (path_.empty()) return true;
  for (const fs::path& child : children(path_)) Cgroup(child).remove();
  return rmdir(path_.c_str()) == 0 || errno == ENOENT;
}

std::optional<fs::path> find_writable_cgroup() {
  std::ifstream lines("/proc/self/mountinfo");
  for (std::string line; std::getline(lines, line);) {
    const std::optional<Mount> mount = parse_cgroup_mount(line);
    if (!mount) continue;
    for (const fs::path& place : {place_below(*mount, own_cgroup()), fs::path(mount->path)}) {
      if (can_make_below(place)) return place;
    }
  }
  return std::nullopt;
}

}  // namespace berth
