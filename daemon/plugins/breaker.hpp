// Gives a plugin that keeps failing a rest, then one more try at a time.
#pragma once

#include <cstdint>

namespace berth {

// Closed until `faults_max` calls in a row failed; then open for a pause; after it one call goes
// through, which closes it or opens it for another pause. One thread at a time.
class Breaker {
 public:
  Breaker(int faults_max, std::int64_t pause_ns) : faults_max_(faults_max), pause_ns_(pause_ns) {}

  bool lets_through(std::int64_t now_ns) const { return !is_open_ || now_ns >= open_until_ns_; }
  void succeeded() {
    faults_ = 0;
    is_open_ = false;
  }
  // True when this fault opened it.
  bool failed(std::int64_t now_ns) {
    if (++faults_ < faults_max_) return false;
    is_open_ = true;
    open_until_ns_ = now_ns + pause_ns_;
    return true;
  }

 private:
  int faults_max_;
  std::int64_t pause_ns_;
  int faults_ = 0;
  bool is_open_ = false;
  std::int64_t open_until_ns_ = 0;
};

}  // namespace berth
