// From a path to a connection that may write.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "base/random.hpp"
#include "store/sqlite_database.hpp"
#include "store/sqlite_store.hpp"

namespace berth {

// Opens or makes the file, sees that it can be read, and brings it to this version. Errors:
// "NewerStore", "CorruptStore", "StoreUnavailable".
Result<Database> open_for_writing(const std::filesystem::path& file);

// Reads who this installation is; a new file is given an instance and the first epoch. Throws
// SqliteFailure.
StoreIdentity read_identity(Database& database, Chance& chance);

// What a failure means when it comes before the store is open.
Error opening_error(const std::filesystem::path& file, const SqliteFailure& failure);

}  // namespace berth
