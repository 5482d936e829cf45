// How much of a member's memory is Java's heap.
#pragma once

#include <cstdint>

namespace berth {

inline constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
inline constexpr std::int64_t kHeapMin = 512 * kMebibyte;  // Spark refuses less than some 480

// What Spark's own daemons take: the master of the driver's memory, a worker of its executor's.
struct DaemonSize {
  std::int64_t memory_bytes, heap_bytes;
};
inline constexpr DaemonSize kMasterSize{256 * kMebibyte, 128 * kMebibyte};
inline constexpr DaemonSize kWorkerSize{192 * kMebibyte, 64 * kMebibyte};

// Spark adds an overhead to a heap, for Java itself and for Python: a tenth of it (four tenths for
// a Python program), at least 384Mi. This is the largest heap that fits into `memory_bytes` with
// its overhead, in whole mebibytes; `overhead_bytes` other than 0 is taken instead. It may be
// negative. [any]
std::int64_t heap_within(std::int64_t memory_bytes, std::int64_t overhead_bytes, bool is_python);

}  // namespace berth
