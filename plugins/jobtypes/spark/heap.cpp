#include "heap.hpp"

#include <algorithm>

namespace berth {
namespace {

constexpr std::int64_t kOverheadMin = 384 * kMebibyte;

// Tenths of a heap.
constexpr std::int64_t kJavaOverhead = 1;
constexpr std::int64_t kPythonOverhead = 4;

}  // namespace

std::int64_t heap_within(std::int64_t memory_bytes, std::int64_t overhead_bytes, bool is_python) {
  const std::int64_t tenths = 10 + (is_python ? kPythonOverhead : kJavaOverhead);
  const std::int64_t heap = overhead_bytes != 0
                                ? memory_bytes - overhead_bytes
                                : std::min(memory_bytes - kOverheadMin, memory_bytes / tenths * 10);
  return heap / kMebibyte * kMebibyte;
}

}  // namespace berth
