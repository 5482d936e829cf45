// Where the cgroup hierarchies of this machine are mounted, and where this process is in them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct CgroupMount {
  int version = 2;
  std::vector<std::string> controllers;  // of version 1; version 2 says in its files what it has
  std::string root;                      // the cgroup that is visible at the path
  std::filesystem::path path;
};

// Of the text of /proc/self/mountinfo. [any]
std::vector<CgroupMount> parse_cgroup_mounts(std::string_view mountinfo);

// Where the process whose /proc/PID/cgroup this is may have cgroups for jobs: in that of the unit
// for jobs beside its own, if there is one, in its own, and in those above it up to the mount. [any]
std::vector<std::filesystem::path> places_in(const CgroupMount& mount, std::string_view own_cgroups);

}  // namespace berth
