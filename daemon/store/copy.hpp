// A whole copy of a file that may be in use.
#pragma once

#include <filesystem>

#include "store/sqlite_database.hpp"

namespace berth {

// Writes `database` to `target` (mode 0600), which appears whole or not at all and is durable then;
// what stood there is replaced. Throws SqliteFailure. [any]
void copy_database(Database& database, const std::filesystem::path& target);

}  // namespace berth
