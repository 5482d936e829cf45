// Time that this thread was on a processor: what else runs on the machine is not counted.
#pragma once

#include <cstdint>
#include <ctime>

namespace berth::bench {

inline std::int64_t processor_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

// What two questions for the time cost, to be taken off each measured stretch.
inline std::int64_t cost_of_asking_ns() {
  constexpr int kAsked = 20'000;
  const std::int64_t began = processor_ns();
  for (int i = 1; i < kAsked; ++i) processor_ns();
  return (processor_ns() - began) / kAsked;
}

}  // namespace berth::bench
