// How decisions about waiting jobs ended, and how long they took.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/histogram.hpp"

namespace berth {

// Counted on the loop, read by anybody.
struct DecisionCounts {
  std::atomic<std::uint64_t> placed{0};
  std::atomic<std::uint64_t> waits{0};
  std::atomic<std::uint64_t> never{0};  // no pool that is known could take it
  std::atomic<std::uint64_t> policy_error{0};
  Histogram times;
};

}  // namespace berth
