// A look at the store's file before SQLite sees it, which would take an empty file for a new one and
// throw its log away.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace berth {

enum class Expected { kStoreOrNothing, kStore };

// Errors: "StoreMissing" (a store was here, and now there is none), "CorruptStore".
Result<void> check_file_head(const std::filesystem::path& file, Expected expected);

// What to do about a file that cannot be used: for the end of a sentence.
std::string advice_about_damage(const std::filesystem::path& file);

}  // namespace berth
