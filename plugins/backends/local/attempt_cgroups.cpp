#include "attempt_cgroups.hpp"

#include <unistd.h>

#include <chrono>
#include <set>
#include <system_error>
#include <thread>

#include "cgroup.hpp"
#include "cluster_cgroups.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr int kRemoveTriesMax = 50;
constexpr std::chrono::milliseconds kRemoveAgain{20};

struct Hierarchy {
  int version;
  fs::path attempt;
};

std::vector<Hierarchy> hierarchies_of(const AttemptRecord& record) {
  std::vector<Hierarchy> all;
  if (!record.cgroup.empty()) all.push_back({2, record.cgroup});
  for (const std::string& path : record.limit_cgroups) all.push_back({1, path});
  return all;
}

void make(const fs::path& cgroup, int version) {
  if (!Cgroup(cgroup).make())
    throw std::system_error(errno, std::generic_category(), "cannot make cgroup " + cgroup.string());
  if (version == 2) enable_controllers(cgroup);
}

void limit(const fs::path& cgroup, int version, const Limits& limits) {
  for (const Controller controller : kControllers) {
    const fs::path telltale = cgroup / telltale_file(controller, version);
    if (access(telltale.c_str(), F_OK) != 0) continue;
    write_control_files(cgroup, control_files(controller, version, limits));
  }
}

// Among other jobs, a job of many members weighs as much as all of them.
Limits weight_of(const std::map<std::string, Limits>& rooms) {
  Limits all{.cpu_is_capped = false};
  for (const auto& [name, limits] : rooms) all.cpu_milli += limits.cpu_milli;
  return all;
}

}  // namespace

std::map<std::string, std::string> rooms_of(const Workload& workload) {
  std::map<std::string, std::string> rooms;
  std::set<std::string> names;
  for (const WorkloadMember& member : workload.members) {
    rooms[member.name()] = member.room();
    names.insert(member.room());
  }
  if (names.size() > 1) return rooms;
  for (auto& [member, room] : rooms) room.clear();
  return rooms;
}

void make_rooms(const AttemptRecord& record, const std::map<std::string, Limits>& rooms) {
  for (const Hierarchy& hierarchy : hierarchies_of(record)) {
    make(hierarchy.attempt, hierarchy.version);
    const bool is_one = rooms.size() == 1;
    limit(hierarchy.attempt, hierarchy.version, is_one ? rooms.begin()->second : weight_of(rooms));
    if (is_one) continue;
    for (const auto& [name, limits] : rooms) {
      make(hierarchy.attempt / name, hierarchy.version);
      limit(hierarchy.attempt / name, hierarchy.version, limits);
    }
  }
}

std::vector<fs::path> leaves_of(const AttemptRecord& record, const RecordedMember& member) {
  std::vector<fs::path> leaves;
  for (const Hierarchy& hierarchy : hierarchies_of(record)) {
    leaves.push_back(hierarchy.attempt / member.place());
  }
  return leaves;
}

// Version 1 holds a cgroup for a moment after its last process was collected.
std::vector<fs::path> remove_cgroups(const AttemptRecord& record) {
  std::vector<fs::path> left;
  for (int tries = 0; tries < kRemoveTriesMax; ++tries) {
    left.clear();
    for (const Hierarchy& hierarchy : hierarchies_of(record)) {
      if (!Cgroup(hierarchy.attempt).remove()) left.push_back(hierarchy.attempt);
    }
    if (left.empty()) break;
    std::this_thread::sleep_for(kRemoveAgain);
  }
  return left;
}

}  // namespace berth
