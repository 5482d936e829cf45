// From a path to a connection that may write.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "store/high_water.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

// Opens or makes the file, sees that it can be read and is whole, and brings it to this version. A
// file that is refused stays as it is, its log too. `known`: what is known to have been here.
// Errors: "NewerStore", "CorruptStore", "StrangeStore", "StoreUnavailable".
Result<Database> open_for_writing(const std::filesystem::path& file,
                                  const std::optional<HighWaterMark>& known = std::nullopt);

// What a failure says, and what to do about it if the file is damaged.
std::string with_advice(const std::filesystem::path& file, const SqliteFailure& failure);

// What a failure means when it comes before the store is open.
Error opening_error(const std::filesystem::path& file, const SqliteFailure& failure);

}  // namespace berth
