// A store's file, or a backup of one, read from end to end. For when no daemon has it open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "store/high_water.hpp"

namespace berth {

struct StoreFacts {
  HighWaterMark mark;  // whose it is, and how far it has come
  std::int64_t version = 0;
  std::int64_t jobs = 0;
  std::int64_t unfinished = 0;
  std::int64_t bytes = 0;
};

struct StoreCheck {
  StoreFacts facts;
  std::vector<std::string> damage;  // empty: it is whole
};

// Changes nothing. Errors: "StoreMissing", "CorruptStore" (nothing in it can be read),
// "NewerStore", "StoreUnavailable". [any]
Result<StoreCheck> check_store(const std::filesystem::path& file);

}  // namespace berth
