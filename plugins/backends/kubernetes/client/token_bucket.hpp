// How often something may be done: at a steady rate, with some at once after a pause.
#pragma once

#include <algorithm>
#include <chrono>

namespace berth {

// [io]
class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Full at first. Without a rate there is no limit.
  TokenBucket(double per_second, double burst, Time now)
      : per_second_(per_second), burst_(std::max(burst, 1.0)), tokens_(burst_), at_(now) {}

  bool take(Time now) {
    if (per_second_ <= 0) return true;
    fill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // From when on `take` gives one, if nobody takes it before.
  Time ready_at(Time now) {
    fill(now);
    if (per_second_ <= 0 || tokens_ >= 1) return now;
    const std::chrono::duration<double> wait((1 - tokens_) / per_second_);
    return now + std::chrono::ceil<std::chrono::milliseconds>(wait);
  }

 private:
  void fill(Time now) {
    if (now <= at_) return;
    const std::chrono::duration<double> passed = now - at_;
    tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
    at_ = now;
  }

  const double per_second_;
  const double burst_;
  double tokens_;
  Time at_;
};

}  // namespace berth
