#include "cgroup_mounts.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

namespace berth {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, ',');) parts.push_back(part);
  return parts;
}

// ID PARENT DEVICE ROOT PATH OPTIONS ... - TYPE SOURCE OPTIONS; the last ones name the controllers.
std::optional<CgroupMount> parse_mount(const std::string& line) {
  const std::size_t dash = line.find(" - ");
  if (dash == std::string::npos) return std::nullopt;
  std::istringstream words(line), type_words(line.substr(dash + 3));
  std::string id, parent, device, path, type, source, options;
  CgroupMount mount;
  words >> id >> parent >> device >> mount.root >> path;
  type_words >> type >> source >> options;
  if (type != "cgroup2" && type != "cgroup") return std::nullopt;
  mount.path = path;
  mount.version = type == "cgroup2" ? 2 : 1;
  if (mount.version == 1) mount.controllers = split_at_commas(options);
  return mount;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// Lines are NUMBER:CONTROLLERS:/path; the one of version 2 has no controllers.
std::string own_path(const CgroupMount& mount, std::string_view own_cgroups) {
  std::istringstream lines{std::string(own_cgroups)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::vector<std::string> named =
        split_at_commas(line.substr(first + 1, second - first - 1));
    const bool is_it = mount.version == 2
                           ? named.empty()
                           : !named.empty() && has(mount.controllers, named.front());
    if (is_it) return line.substr(second + 1);
  }
  return "/";
}

fs::path place_below(const CgroupMount& mount, std::string_view cgroup) {
  if (mount.root != "/" && cgroup.starts_with(mount.root)) cgroup.remove_prefix(mount.root.size());
  while (cgroup.starts_with('/')) cgroup.remove_prefix(1);
  return cgroup.empty() ? mount.path : mount.path / cgroup;
}

// etc/systemd/berth-jobs.service.in says why jobs have a unit of their own.
constexpr const char* kJobsUnit = "berth-jobs.service";

}  // namespace

std::vector<CgroupMount> parse_cgroup_mounts(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    if (auto mount = parse_mount(line)) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

std::vector<fs::path> places_in(const CgroupMount& mount, std::string_view own_cgroups) {
  std::vector<fs::path> places;
  fs::path place = place_below(mount, own_path(mount, own_cgroups));
  if (place != mount.path) places.push_back(place.parent_path() / kJobsUnit);
  for (; place != mount.path && place.has_relative_path(); place = place.parent_path()) {
    places.push_back(place);
  }
  places.push_back(mount.path);
  return places;
}

}  // namespace berth
