#include "store/copy.hpp"

#include <sqlite3.h>

#include <utility>

#include "store/log_bond.hpp"
#include "store/store_file.hpp"

namespace berth {

namespace {

// SQLite follows no links on the way to a file.
std::filesystem::path without_links(const std::filesystem::path& target) {
  const auto path = plain_store_path(target);
  return path ? *path : target;
}

}  // namespace

void GrowingCopy::Finish::operator()(sqlite3_backup* backup) const {
  sqlite3_backup_finish(backup);
}

GrowingCopy::GrowingCopy(const Database& from, const std::filesystem::path& target)
    : target_(without_links(target)), partial_(target_.string() + ".partial") {
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
  if (auto made = make_private_file(partial_); !made)
    throw SqliteFailure(SQLITE_CANTOPEN, made.error().message);
  copy_ = std::make_unique<Database>(partial_, Database::Access::kWrite);
  backup_.reset(sqlite3_backup_init(copy_->handle(), "main", from.handle(), "main"));
  if (!backup_)
    throw SqliteFailure(sqlite3_extended_errcode(copy_->handle()), sqlite3_errmsg(copy_->handle()));
}

GrowingCopy::~GrowingCopy() {
  backup_.reset();
  copy_.reset();
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
}

bool GrowingCopy::grow(int pages) {
  const int step = sqlite3_backup_step(backup_.get(), pages);
  if (step == SQLITE_OK || step == SQLITE_BUSY || step == SQLITE_LOCKED) return false;
  if (step != SQLITE_DONE) throw SqliteFailure(step, sqlite3_errstr(step));
  const int finish = sqlite3_backup_finish(backup_.release());
  if (finish != SQLITE_OK) throw SqliteFailure(finish, sqlite3_errstr(finish));
  seal();
  return true;
}

// Its own log is brought in for good. None that lies around where it is put shall pass for its own.
void GrowingCopy::seal() {
  copy_->run("PRAGMA journal_mode = DELETE");
  if (copy_->ask("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") > 0)
    copy_->run(kNewLogNumber);
  copy_.reset();
  if (!sync_file(partial_)) throw SqliteFailure(SQLITE_IOERR_FSYNC, "it could not be flushed");
  std::error_code failed;
  std::filesystem::rename(partial_, target_, failed);
  if (failed) throw SqliteFailure(SQLITE_IOERR, target_.string() + ": " + failed.message());
  sync_folder(target_.parent_path());
}

void copy_database(const Database& database, const std::filesystem::path& target) {
  GrowingCopy copy(database, target);
  while (!copy.grow(GrowingCopy::kAllPages)) {
  }
}

}  // namespace berth
