#include "store/opening.hpp"

#include <sqlite3.h>

#include <utility>

#include "store/epochs.hpp"
#include "store/file_head.hpp"
#include "store/log_bond.hpp"
#include "store/migrations.hpp"

namespace berth {
namespace {

// The write-ahead log is brought into the file by GroupCommit alone. What was deleted needs no
// overwriting: no secrets are stored.
constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA cache_size = -65536;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA secure_delete = OFF;";

bool is_damage(const SqliteFailure& failure) {
  return failure.code() == SQLITE_CORRUPT || failure.code() == SQLITE_NOTADB;
}

// What a process that was killed left in the log goes into the file now, so that the next commit
// begins a new log, with a number of its own. False: it stays for later, as on a full disk.
bool fold_log_in(Database& database) {
  const int code = sqlite3_wal_checkpoint_v2(database.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  const int primary = code & 0xff;
  if (primary != SQLITE_OK && primary != SQLITE_BUSY && primary != SQLITE_FULL)
    throw SqliteFailure(sqlite3_extended_errcode(database.handle()),
                        sqlite3_errmsg(database.handle()));
  return primary == SQLITE_OK;
}

Result<void> check_is_whole(Database& database, const std::filesystem::path& file) {
  const std::int64_t wanted = database.ask("PRAGMA page_count") * database.ask("PRAGMA page_size");
  std::error_code failed;
  const auto found = static_cast<std::int64_t>(std::filesystem::file_size(file, failed));
  if (failed || found >= wanted) return {};
  return Error{"CorruptStore", "the store " + file.string() + " has been cut short: it has " +
                                   std::to_string(found) + " of " + std::to_string(wanted) +
                                   " bytes; " + advice_about_damage(file)};
}

// Until all is found good, closing it changes nothing.
Result<void> make_ready(Database& database, const std::filesystem::path& file,
                        const std::optional<HighWaterMark>& known) {
  database.fold_log_on_close(false);
  if (auto own = check_log_belongs(database, file); !own) return own;
  database.ask("PRAGMA schema_version");  // reads the head of the file and of its log
  if (auto own = check_belongs_here(database, known); !own) return own;
  if (auto migrated = migrate(database, file, all_migrations()); !migrated) return migrated;
  database.run(kSettings);
  if (fold_log_in(database)) {
    if (auto whole = check_is_whole(database, file); !whole) return whole;
    database.run(kRaiseLogNumber);
  }
  database.fold_log_on_close(true);
  return {};
}

}  // namespace

Result<Database> open_for_writing(const std::filesystem::path& file,
                                  const std::optional<HighWaterMark>& known) {
  try {
    Database database(file, Database::Access::kWrite);
    if (auto ready = make_ready(database, file, known); !ready) return ready.error();
    return database;
  } catch (const SqliteFailure& failure) {
    return opening_error(file, failure);
  }
}

std::string with_advice(const std::filesystem::path& file, const SqliteFailure& failure) {
  std::string what = failure.what();
  return is_damage(failure) ? what + "; " + advice_about_damage(file) : what;
}

Error opening_error(const std::filesystem::path& file, const SqliteFailure& failure) {
  const std::string what = "the store " + file.string();
  if (is_damage(failure))
    return {"CorruptStore",
            what + " is damaged (" + failure.what() + "): " + advice_about_damage(file)};
  return {"StoreUnavailable", what + " cannot be opened: " + failure.what() +
                                  "; look at the folder's owner, mode and free space"};
}

}  // namespace berth
