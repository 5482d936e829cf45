// A workload of the format process/group, as rendered by a job type.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace berth {

// What is wrong with a workload, for people; it will not be better next time.
struct BadWorkload : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct WorkloadMember {
  std::string role;
  int replica = 0;
  bool is_main = false;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::string directory;  // empty: the shared folder; else absolute, or beneath it
  std::int64_t cpu_milli = 0;  // that it may use, with all beside it; 0: no limit
  std::int64_t memory_bytes = 0;
  std::string beside;  // the member out of whose amounts it lives; empty: out of its own

  std::string name() const { return role + '-' + std::to_string(replica); }
  std::string room() const { return beside.empty() ? name() : beside; }
};

struct WorkloadFile {
  std::string path;  // beneath the shared folder
  std::string content;
  unsigned mode = 0600;
};

struct Workload {
  std::vector<WorkloadMember> members;
  std::vector<WorkloadFile> files;
  std::chrono::milliseconds grace{0};
};

// Throws BadWorkload: names that are no names, paths that lead out of the shared folder, two
// members of one name, one beside a member that is not there. `default_grace` is for one that does not say. [any]
Workload parse_workload(const nlohmann::json& from, std::chrono::milliseconds default_grace);

// Letters, digits, '-' and '_', at most 63: safe in a path and in the name of a cgroup. [any]
bool is_plain_name(std::string_view text);

}  // namespace berth
