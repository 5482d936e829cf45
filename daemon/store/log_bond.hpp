// Ties the write-ahead log to the file beside it. SQLite mixes any log that it finds into any file:
// a backup that was copied over a store after a crash would be mixed with what came later.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

// A number in `meta`, raised by the first commit of each log. The file alone, without its log, must
// have that number or the one before. Errors: "CorruptStore". Throws SqliteFailure.
Result<void> check_log_belongs(Database& database, const std::filesystem::path& file);

inline constexpr const char* kRaiseLogNumber =
    "INSERT INTO meta (name, value) VALUES ('log_number', random() & 0x3fffffffffffffff) "
    "ON CONFLICT DO UPDATE SET value = value + 1";

// For a copy: no log that may lie around belongs to it.
inline constexpr const char* kNewLogNumber =
    "INSERT OR REPLACE INTO meta (name, value) VALUES ('log_number', random() & "
    "0x3fffffffffffffff)";

}  // namespace berth
