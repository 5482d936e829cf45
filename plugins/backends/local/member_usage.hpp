// How close a member came to its limits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace berth {

// 0: not known, or no limit.
struct MemberUsage {
  std::int64_t oom_kills = 0;     // how often the kernel ended something of it for want of memory
  std::int64_t memory_bytes = 0;  // that it may use, with all beside it
  std::int64_t memory_peak_bytes = 0;
  std::int64_t forks_refused = 0;
  std::int64_t processes_max = 0;
};

// Of a member that runs: what its cgroups say. Its supervisor writes the last word down. [any]
MemberUsage read_usage(const std::vector<std::filesystem::path>& leaves);

}  // namespace berth
