#include "store/opening.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdio>

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

std::string new_instance(Chance& chance) {
  std::array<char, 17> hex{};
  std::snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(chance.next()));
  return hex.data();
}

bool is_damage(const SqliteFailure& failure) {
  return failure.code() == SQLITE_CORRUPT || failure.code() == SQLITE_NOTADB;
}

}  // namespace

Result<Database> open_for_writing(const std::filesystem::path& file) {
  try {
    Database database(file, Database::Access::kWrite);
    database.ask("PRAGMA schema_version");  // reads the head of the file and of its log
    if (auto migrated = migrate(database, file, all_migrations()); !migrated)
      return migrated.error();
    database.run(kSettings);
    return database;
  } catch (const SqliteFailure& failure) {
    return opening_error(file, failure);
  }
}

StoreIdentity read_identity(Database& database, Chance& chance) {
  database.run("BEGIN IMMEDIATE");
  Statement add(database, "INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)");
  add.run("instance", new_instance(chance));
  add.run("epoch", 1);
  database.run("COMMIT");
  Statement find(database,
                 "SELECT (SELECT value FROM meta WHERE name = 'instance'), "
                 "(SELECT value FROM meta WHERE name = 'epoch')");
  StoreIdentity identity;
  Rows rows = find.query();
  if (rows.next()) rows.into(identity.instance, identity.epoch);
  return identity;
}

Error opening_error(const std::filesystem::path& file, const SqliteFailure& failure) {
  const std::string what = "the store " + file.string();
  if (is_damage(failure))
    return {"CorruptStore", what + " is damaged (" + failure.what() + "): keep it and " +
                                file.filename().string() +
                                "-wal as they are, and save what can be read with: sqlite3 " +
                                file.string() + " .recover"};
  return {"StoreUnavailable", what + " cannot be opened: " + failure.what() +
                                  "; look at the folder's owner, mode and free space"};
}

}  // namespace berth
