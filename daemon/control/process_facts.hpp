// What the kernel says of this process.
#pragma once

#include <cstdint>

namespace berth {

struct ProcessFacts {
  double cpu_seconds = 0;
  double started_unix_seconds = 0;
  std::int64_t resident_bytes = 0;
  std::int64_t virtual_bytes = 0;
  std::int64_t open_files = 0;
  std::int64_t open_files_max = 0;
  std::int64_t threads = 0;
};

// What cannot be read is 0. [any]
ProcessFacts process_facts();

}  // namespace berth
