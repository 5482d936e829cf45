#include "cluster_cgroups.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <sstream>

#include "cgroup.hpp"
#include "descriptor.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOff = "cgroup_root is off";

bool write_word(const fs::path& file, const std::string& word) {
  const Descriptor control(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return control &&
         write(control.number(), word.data(), word.size()) == static_cast<ssize_t>(word.size());
}

// Makes one there and removes it again.
PlaceReport try_for_real(const fs::path& place, int version) {
  PlaceReport report;
  if (access((place / "cgroup.procs").c_str(), W_OK) != 0) return report;
  if (version == 2) enable_controllers(place);
  static std::atomic<int> trials = 0;  // clusters of one process may start at the same time
  const Cgroup trial(place / ("berth-trial-" + std::to_string(getpid()) + '-' +
                              std::to_string(++trials)));
  if (!trial.make()) return report;
  for (const Controller controller : kControllers) {
    if (access((trial.path() / telltale_file(controller, version)).c_str(), W_OK) == 0)
      report.controllers.insert(controller);
  }
  const bool is_of_version =
      version == 1 || access((trial.path() / "cgroup.events").c_str(), R_OK) == 0;
  report.can_make = trial.remove() && is_of_version;
  return report;
}

// Where the most limits hold; of equals, the nearest to our own.
void choose_tree(const std::vector<CgroupMount>& mounts, std::string_view own_cgroups,
                 const TryPlace& try_place, ClusterCgroups& chosen) {
  std::set<Controller> best;
  for (const CgroupMount& mount : mounts) {
    if (mount.version != 2) continue;
    for (const fs::path& place : places_in(mount, own_cgroups)) {
      if (best.size() == kControllers.size()) break;
      const PlaceReport report = try_place(place, 2);
      const bool is_better = chosen.tree.empty() || report.controllers.size() > best.size();
      if (!report.can_make || !is_better) continue;
      chosen.tree = place;
      best = report.controllers;
    }
  }
  for (const Controller controller : best) chosen.limits[controller] = {2, chosen.tree};
}

void choose_beside_tree(const std::vector<CgroupMount>& mounts, std::string_view own_cgroups,
                        const TryPlace& try_place, ClusterCgroups& chosen) {
  for (const CgroupMount& mount : mounts) {
    for (const Controller controller : kControllers) {
      const auto& named = mount.controllers;
      const bool has_it =
          std::find(named.begin(), named.end(), controller_name(controller)) != named.end();
      if (mount.version != 1 || !has_it || chosen.limits.contains(controller)) continue;
      for (const fs::path& place : places_in(mount, own_cgroups)) {
        const PlaceReport report = try_place(place, 1);
        if (!report.can_make || !report.controllers.contains(controller)) continue;
        chosen.limits[controller] = {1, place};
        break;
      }
    }
  }
}

std::string_view word_for(Controller controller) {
  switch (controller) {
    case Controller::kCpu:
      return "CPU limits are not enforced: ";
    case Controller::kMemory:
      return "memory limits are not enforced: ";
    case Controller::kPids:
      return "limits of processes hold for each user instead of each job, and not for root: ";
  }
  return "";
}

}  // namespace

void enable_controllers(const fs::path& cgroup) {
  std::istringstream names(read_small_file(cgroup / "cgroup.controllers").value_or(""));
  for (std::string name; names >> name;) {
    const bool is_ours =
        std::any_of(kControllers.begin(), kControllers.end(),
                    [&](Controller controller) { return controller_name(controller) == name; });
    if (is_ours) write_word(cgroup / "cgroup.subtree_control", '+' + name);
  }
}

std::vector<fs::path> ClusterCgroups::all() const {
  std::vector<fs::path> paths = besides_tree();
  if (!tree.empty()) paths.insert(paths.begin(), tree);
  return paths;
}

std::vector<fs::path> ClusterCgroups::besides_tree() const {
  std::vector<fs::path> paths;
  for (const auto& [controller, place] : limits) {
    const bool is_known = std::find(paths.begin(), paths.end(), place.cgroup) != paths.end();
    if (place.version == 1 && !is_known) paths.push_back(place.cgroup);
  }
  return paths;
}

std::vector<std::string> ClusterCgroups::warnings() const {
  std::vector<std::string> all;
  if (tree.empty()) {
    all.push_back("a job whose supervisor is killed may leave processes behind: " +
                  (why_not.empty() ? "no cgroup of version 2 can be made here" : why_not));
  }
  for (const Controller controller : kControllers) {
    if (limits.contains(controller)) continue;
    const std::string name(controller_name(controller));
    all.push_back(std::string(word_for(controller)) +
                  (why_not.empty() ? "no cgroup with the controller \"" + name +
                                         "\" can be made here"
                                   : why_not));
  }
  return all;
}

ClusterCgroups choose_parents(const std::vector<CgroupMount>& mounts, std::string_view own_cgroups,
                              const TryPlace& try_place) {
  ClusterCgroups chosen;
  choose_tree(mounts, own_cgroups, try_place, chosen);
  choose_beside_tree(mounts, own_cgroups, try_place, chosen);
  return chosen;
}

ClusterCgroups find_parents(const std::string& root) {
  if (root == "off") return {.why_not = kOff};
  std::vector<CgroupMount> mounts =
      parse_cgroup_mounts(read_small_file("/proc/self/mountinfo").value_or(""));
  const std::string own = read_small_file("/proc/self/cgroup").value_or("");
  if (root == "auto") return choose_parents(mounts, own, try_for_real);
  std::erase_if(mounts, [](const CgroupMount& mount) { return mount.version == 2; });
  if (Cgroup(root).make()) mounts.push_back({.version = 2, .root = "/", .path = root});
  return choose_parents(mounts, own, try_for_real);
}

ClusterCgroups make_cluster_cgroups(const std::string& root, const std::string& name) {
  ClusterCgroups own = find_parents(root);
  if (!own.tree.empty()) own.tree /= name;
  if (!own.tree.empty() && !Cgroup(own.tree).make()) own.tree.clear();
  if (!own.tree.empty()) enable_controllers(own.tree);
  for (auto& [controller, place] : own.limits) {
    place.cgroup /= name;
    if (place.version == 1) Cgroup(place.cgroup).make();
    // Only old kernels ask for it: what is beneath is counted here.
    write_word(place.cgroup / "memory.use_hierarchy", "1");
  }
  std::erase_if(own.limits, [](const auto& limit) {
    const LimitPlace& place = limit.second;
    return access((place.cgroup / telltale_file(limit.first, place.version)).c_str(), W_OK) != 0;
  });
  return own;
}

}  // namespace berth
