// How long to wait after failures: longer each time, and by chance, so that many who lost the same
// server do not all come back in one moment.
#pragma once

#include <algorithm>
#include <chrono>

#include "api_client.hpp"

namespace berth {

// [io]
class BackOff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  BackOff(Milliseconds first, Milliseconds most, RandomSource random)
      : first_(first), most_(most), bound_(first), random_(std::move(random)) {}

  // Anything up to a bound that doubles with each call, and never above the most.
  Milliseconds next() {
    const auto bound = static_cast<double>(bound_.count());
    bound_ = std::min(most_, bound_ * 2);
    return Milliseconds(static_cast<Milliseconds::rep>(bound * random_()) + 1);
  }

  void reset() { bound_ = std::min(first_, most_); }

 private:
  const Milliseconds first_;
  const Milliseconds most_;
  Milliseconds bound_;
  RandomSource random_;
};

}  // namespace berth
