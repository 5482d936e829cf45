// How often something took how long.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace berth {

// Durations by fourfold steps from 256 ns to 69 s. Adding one takes two uncontended atomic additions
// and no search, so it may stand where a decision is made. [any]
class Histogram {
 public:
  static constexpr std::size_t kBounds = 15;

  // What was added so far; the last count is of all that took longer than the last bound.
  struct Value {
    std::array<std::uint64_t, kBounds + 1> counts{};
    std::int64_t sum_ns = 0;

    Value& operator+=(const Value& other) {
      for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
      sum_ns += other.sum_ns;
      return *this;
    }
    std::uint64_t count() const {
      std::uint64_t all = 0;
      for (const std::uint64_t each : counts) all += each;
      return all;
    }
  };

  static constexpr std::int64_t bound_ns(std::size_t i) {
    return std::int64_t{1} << (kFirstBits + 2 * i);
  }

  void add(std::int64_t took_ns) {
    counts_[index_of(took_ns)].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(took_ns, std::memory_order_relaxed);
  }

  // Sum and counts may be of moments that lie a little apart.
  Value value() const {
    Value value;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      value.counts[i] = counts_[i].load(std::memory_order_relaxed);
    value.sum_ns = sum_ns_.load(std::memory_order_relaxed);
    return value;
  }

 private:
  static constexpr int kFirstBits = 8;

  // The first bound that `took_ns` does not exceed.
  static constexpr std::size_t index_of(std::int64_t took_ns) {
    if (took_ns <= bound_ns(0)) return 0;
    const int bits = std::bit_width(static_cast<std::uint64_t>(took_ns - 1));
    return std::min<std::size_t>(static_cast<std::size_t>(bits - kFirstBits + 1) / 2, kBounds);
  }

  std::array<std::atomic<std::uint64_t>, kBounds + 1> counts_{};
  std::atomic<std::int64_t> sum_ns_ = 0;
};

}  // namespace berth
