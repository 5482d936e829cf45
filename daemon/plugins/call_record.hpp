// How often an instance was called, how often it failed, and how long the last calls took.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "base/histogram.hpp"

namespace berth {

// Written without locks while others read. [any]
class CallRecord {
 public:
  void called(std::int64_t took_ns) {
    const std::uint64_t call = calls_.fetch_add(1, std::memory_order_relaxed);
    recent_ns_[call % kRecent].store(took_ns, std::memory_order_relaxed);
    durations_.add(took_ns);
  }
  // The number of faults so far, this one included.
  std::int64_t faulted() { return faults_.fetch_add(1, std::memory_order_relaxed) + 1; }

  std::int64_t calls() const {
    return static_cast<std::int64_t>(calls_.load(std::memory_order_relaxed));
  }
  std::int64_t faults() const { return faults_.load(std::memory_order_relaxed); }
  void add_recent_to(std::vector<std::int64_t>& durations_ns) const;
  Histogram::Value durations() const { return durations_.value(); }

 private:
  static constexpr std::size_t kRecent = 128;
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<std::int64_t> faults_ = 0;
  std::array<std::atomic<std::int64_t>, kRecent> recent_ns_{};
  Histogram durations_;
};

std::int64_t median(std::vector<std::int64_t> numbers);  // 0 for none [any]

}  // namespace berth
