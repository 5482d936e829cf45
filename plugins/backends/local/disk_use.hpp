// How much room a job's folder takes on disk.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

namespace berth {

// 0: no limit.
struct DiskLimits {
  std::int64_t bytes = 0;
  std::int64_t files = 0;
};

struct DiskUse {
  std::int64_t bytes = 0;  // of blocks, so holes are not counted
  std::int64_t files = 0;  // and folders
  bool is_too_deep = false;
};

inline constexpr int kFolderDepthMax = 100;

// Whoever made the tree may be changing it, and may mean harm: no link is followed, no other file
// system entered, and it ends with the first entry beyond a limit, or soon after `must_stop`. [any]
DiskUse measure_disk_use(const std::filesystem::path& folder, const DiskLimits& limits,
                         const std::atomic<bool>& must_stop);

// Which limit it is beyond, with the numbers; empty: none.
std::string describe_excess(const DiskUse& use, const DiskLimits& limits);

}  // namespace berth
