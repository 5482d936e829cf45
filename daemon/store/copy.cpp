#include "store/copy.hpp"

#include <sqlite3.h>

#include "store/store_file.hpp"

namespace berth {
namespace {

constexpr int kAllPages = -1;

void copy_pages(Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr)
    throw SqliteFailure(sqlite3_extended_errcode(to.handle()), sqlite3_errmsg(to.handle()));
  const int step = sqlite3_backup_step(backup, kAllPages);
  const int finish = sqlite3_backup_finish(backup);
  if (step != SQLITE_DONE) throw SqliteFailure(step, sqlite3_errstr(step));
  if (finish != SQLITE_OK) throw SqliteFailure(finish, sqlite3_errstr(finish));
}

}  // namespace

void copy_database(Database& database, const std::filesystem::path& target) {
  const std::filesystem::path partial = target.string() + ".partial";
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  if (auto made = make_private_file(partial); !made)
    throw SqliteFailure(SQLITE_CANTOPEN, made.error().message);
  {
    Database copy(partial, Database::Access::kWrite);
    copy_pages(database, copy);
  }
  std::error_code failed;
  std::filesystem::rename(partial, target, failed);
  if (failed) throw SqliteFailure(SQLITE_IOERR, target.string() + ": " + failed.message());
  sync_folder(target.parent_path());
}

}  // namespace berth
