// How far the store has come, kept in a small file beside it. By that an older file in the store's
// place is noticed, and a store that has gone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace berth {

struct HighWaterMark {
  std::string instance;
  std::int64_t epoch = 1;
  std::int64_t sequence = 0;  // of the newest event
  bool operator==(const HighWaterMark&) const = default;
};

// Not named after the store, so that whoever copies or puts back `berth.db*` leaves it alone.
std::filesystem::path high_water_file(const std::filesystem::path& store);

// None where there is none; one that cannot be understood is logged and counts as none.
std::optional<HighWaterMark> read_high_water(const std::filesystem::path& file);

// Replaces the file; on the disk when this returns. Errors: "StoreUnavailable".
Result<void> write_high_water(const std::filesystem::path& file, const HighWaterMark& mark);

// Follows what is committed. The file is overwritten in place and never flushed: after a power cut
// it may be behind the store, never ahead of it. [store]
class HighWater {
 public:
  HighWater(const std::filesystem::path& file, HighWaterMark mark);
  ~HighWater();
  HighWater(const HighWater&) = delete;
  HighWater& operator=(const HighWater&) = delete;

  void raise(std::int64_t sequence);

 private:
  int opened_;
  HighWaterMark mark_;
};

}  // namespace berth
