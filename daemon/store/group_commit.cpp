#include "store/group_commit.hpp"

#include <sqlite3.h>

#include <utility>

#include "base/log.hpp"

namespace berth {
namespace {

constexpr int kCheckpointPages = 4096;        // 16 MiB of write-ahead log
constexpr int kCheckpointPagesWhenFull = 64;  // what is free within the log needs no more disk
constexpr int kHardCheckpointPages = 65536;   // 256 MiB: some reader is slow, wait for it
constexpr int kTrimEventsPerJob = 100;

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

// The change itself is bad; its neighbours are not.
bool is_about_one_change(const SqliteFailure& failure) {
  const int code = failure.code();
  return code == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH ||
         code == SQLITE_ERROR;
}

Committed refusal(const Change& change, std::string message) {
  return {Committed::Outcome::kRefused, 0, change.job ? change.job->id : "", std::move(message)};
}

}  // namespace

GroupCommit::GroupCommit(Database database, const StoreSettings& settings,
                         std::function<bool()> pause)
    : settings_(settings),
      pause_(std::move(pause)),
      database_(std::move(database)),
      recorder_(database_),
      pruning_(database_),
      begin_(database_, "BEGIN IMMEDIATE"),
      commit_(database_, "COMMIT"),
      savepoint_(database_, "SAVEPOINT change"),
      release_(database_, "RELEASE change"),
      back_to_savepoint_(database_, "ROLLBACK TO change"),
      ballast_(ballast_file(settings.file), settings.ballast_bytes) {
  sqlite3_wal_hook(database_.handle(), note_log_pages, &log_pages_);
  disk_full_ = !ballast_.take();
  if (disk_full_)
    log_warning("store_without_ballast", {{"bytes", settings_.ballast_bytes},
                                          {"effect", "no new jobs until the disk has room"}});
}

bool GroupCommit::write(std::vector<QueuedChange>& group) {
  if (broken_) return false;
  look_for_room();
  return write_until_durable([&] {
    for (QueuedChange& queued : group) record(queued);
  });
}

void GroupCommit::prune(std::int64_t now_ms, int limit) {
  if (broken_) return;
  int removed = 0;
  write_until_durable([&] {
    removed = pruning_.remove_expired(now_ms, limit);
    pruning_.trim_events(settings_.events_max, limit * kTrimEventsPerJob);
    recorder_.forget();
  });
  if (removed > 0) log_info("store_pruned", {{"jobs", removed}});
}

bool GroupCommit::write_until_durable(const std::function<void()>& write) {
  for (;;) {
    const Ending ending = transact(write);
    if (ending == Ending::kDurable) return true;
    if (!may_try_again(ending)) return false;
  }
}

GroupCommit::Ending GroupCommit::transact(const std::function<void()>& write) {
  try {
    begin_.run();
    write();
    commit_.run();
    return Ending::kDurable;
  } catch (const SqliteFailure& failure) {
    roll_back();
    failure_ = failure.what();
    if (failure.code() == SQLITE_FULL) return Ending::kDiskFull;
    if (failure.code() == SQLITE_BUSY) return Ending::kBusy;
    return Ending::kBroken;
  }
}

void GroupCommit::record(QueuedChange& queued) {
  if (disk_full_ && queued.change.accepted) {
    queued.answer = refusal(queued.change,
                            "the disk of Berth's store is full: no new jobs until there is room; "
                            "ask whoever runs this Berth to free some");
    return;
  }
  record_in_savepoint(queued);
}

void GroupCommit::record_in_savepoint(QueuedChange& queued) {
  savepoint_.run();
  try {
    queued.answer = recorder_.record(queued.change);
    release_.run();
  } catch (const SqliteFailure& failure) {
    if (!is_about_one_change(failure) || !database_.in_transaction()) throw;
    back_to_savepoint_.run();
    release_.run();
    recorder_.forget();
    queued.answer = refusal(queued.change, std::string("the store refused it: ") + failure.what());
    log_warning("store_refused", {{"job", queued.answer.job_id}, {"error", failure.what()}});
  }
}

void GroupCommit::roll_back() noexcept {
  recorder_.forget();
  if (!database_.in_transaction()) return;  // SQLite has done it
  try {
    database_.run("ROLLBACK");
  } catch (const SqliteFailure&) {
    // The connection is of no use any more: the next transaction says so.
  }
}

bool GroupCommit::may_try_again(Ending ending) {
  switch (ending) {
    case Ending::kDurable:
      return false;
    case Ending::kDiskFull:
      return make_room();
    case Ending::kBusy:
      return wait_for("another program holds the store's lock; only berthd may write it");
    case Ending::kBroken:
      return break_down("writing failed: " + failure_);
  }
  return false;
}

// The first time by giving up the ballast, then by waiting for somebody to make some.
bool GroupCommit::make_room() {
  if (disk_full_) return wait_for("the disk is full, and the ballast is used up");
  release_ballast();
  return true;
}

bool GroupCommit::wait_for(const std::string& what) {
  log_warning("store_waits", {{"file", settings_.file.string()}, {"error", what}});
  if (pause_()) return true;
  return break_down("it had to be closed before all was written: " + what);
}

void GroupCommit::release_ballast() {
  disk_full_ = true;
  ballast_.release();
  log_error("store_disk_full",
            {{"file", settings_.file.string()}, {"effect", "no new jobs until there is room"}});
}

void GroupCommit::look_for_room() {
  if (!disk_full_ || !ballast_.take()) return;
  disk_full_ = false;
  log_info("store_disk_has_room", {{"file", settings_.file.string()}});
}

void GroupCommit::checkpoint_if_due() {
  if (broken_ || log_pages_ < (disk_full_ ? kCheckpointPagesWhenFull : kCheckpointPages)) return;
  const int mode =
      log_pages_ < kHardCheckpointPages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
  const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode, nullptr, nullptr);
  const int primary = code & 0xff;
  if (primary == SQLITE_OK || primary == SQLITE_BUSY) return;
  failure_ = sqlite3_errmsg(database_.handle());
  if (primary != SQLITE_FULL) break_down("a checkpoint failed: " + failure_);
  if (primary == SQLITE_FULL && !disk_full_) release_ballast();
}

bool GroupCommit::break_down(const std::string& what) {
  broken_ = true;
  settings_.on_fatal("the store " + settings_.file.string() + ": " + what);
  return false;
}

}  // namespace berth
