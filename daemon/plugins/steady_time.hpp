// Time that only goes forward, for measuring calls and pauses.
#pragma once

#include <cstdint>

namespace berth {

class SteadyTime {
 public:
  virtual ~SteadyTime() = default;
  virtual std::int64_t now_ns() const = 0;  // [any]
};

const SteadyTime& system_steady_time();

}  // namespace berth
