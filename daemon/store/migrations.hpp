// The file's shape, and how an older file is brought to it.
#pragma once

#include <filesystem>
#include <span>

#include "base/error.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

// One numbered step; the number is its place in the list, from 1. What is released is never edited:
// a change of shape is a new step at the end.
struct Migration {
  const char* about;
  const char* sql;
};

std::span<const Migration> all_migrations();

// Where the copy is kept that is made before the file goes to `version`.
std::filesystem::path copy_before(const std::filesystem::path& file, int version);

// Whether a file that holds something is Berth's, and none of a newer program that knows more than
// `known` versions. Errors: "CorruptStore", "NewerStore". Throws SqliteFailure.
Result<void> check_is_berths(Database& database, const std::filesystem::path& file,
                             std::size_t known);

// Brings the file to the last of `migrations`, each in a transaction of its own. A file that holds
// something is copied first. Errors: "NewerStore", "CorruptStore" (no file of Berth's). Throws
// SqliteFailure.
Result<void> migrate(Database& database, const std::filesystem::path& file,
                     std::span<const Migration> migrations);

}  // namespace berth
