// What something took.
#pragma once

#include <sys/resource.h>

#include <chrono>

namespace berth::bench {

// Of this process, since it was made.
class Cost {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  double cpu_seconds() const { return cpu_now() - cpu_began_; }

 private:
  static double cpu_now() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
  }

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  double cpu_began_ = cpu_now();
};

}  // namespace berth::bench
