// What calls into plugins may cost, and when a plugin is given a rest.
#pragma once

#include <cstdint>

namespace berth {

struct Budgets {
  std::int64_t warn_ns = 100'000;     // a batch that takes longer is said in the log
  std::int64_t late_ns = 10'000'000;  // one that takes longer is a fault, though its answer counts
  int faults_max = 5;                 // in a row, before the breaker opens
  std::int64_t pause_ns = 30'000'000'000;     // how long it stays open
  std::uint64_t text_bytes_max = 4 << 20;     // what one call may write as text
  std::uint64_t answer_bytes_max = 64 << 20;  // what a backend may answer, or tell as an event
};

}  // namespace berth
