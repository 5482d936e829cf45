#include "store/group_commit.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "store/log_bond.hpp"
#include "store/opening.hpp"

namespace berth {
namespace {

constexpr int kCheckpointPages = 4096;        // 16 MiB of write-ahead log
constexpr int kCheckpointPagesWhenFull = 64;  // what is free within the log needs no more disk
constexpr int kHardCheckpointPages = 65536;   // 256 MiB: some reader is slow, wait for it,
constexpr int kBetweenHardPages = 16384;      // but not at every commit
constexpr int kWaitForReadersMs = 200;
constexpr int kBusyMs = 5000;
constexpr std::int64_t kPageBytes = 4096;

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
                         const HighWaterMark& mark, StoreHealth& health,
                         std::function<bool()> pause)
    : settings_(settings),
      pause_(std::move(pause)),
      database_(std::move(database)),
      recorder_(database_),
      pruning_(database_, settings.retention),
      begin_(database_, "BEGIN IMMEDIATE"),
      commit_(database_, "COMMIT"),
      savepoint_(database_, "SAVEPOINT change"),
      release_(database_, "RELEASE change"),
      back_to_savepoint_(database_, "ROLLBACK TO change"),
      ballast_(ballast_file(settings.file), settings.ballast_bytes),
      high_water_(high_water_file(settings.file), mark),
      health_(health) {
  const auto note_pages = [](void* noted, sqlite3*, const char*, int pages) {
    Log& log = *static_cast<Log*>(noted);
    log.has_restarted = pages <= log.pages;
    log.pages = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.handle(), note_pages, &log_);
  disk_full_ = !ballast_.take();
  if (disk_full_)
    log_warning("store_without_ballast", {{"bytes", settings_.ballast_bytes},
                                          {"effect", "no new jobs until the disk has room"}});
  tell_health();
}

bool GroupCommit::write(std::vector<QueuedChange>& group) {
  if (broken_) return false;
  if (!write_until_durable([&] { record_all(group); })) return false;
  for (const QueuedChange& queued : group) high_water_.raise(queued.answer.sequence);
  return true;
}

void GroupCommit::begin_pruning(std::int64_t now_ms) {
  if (broken_) return;
  try {
    pruning_.begin(now_ms);
  } catch (const SqliteFailure& failure) {
    break_down("reading failed: " + with_advice(settings_.file, failure));
  }
}

Pruned GroupCommit::prune_some(int jobs_max) {
  Pruned pruned;
  if (broken_) return pruned;
  const bool is_durable = write_until_durable([&] {
    pruned = pruning_.remove_some(jobs_max);
    recorder_.forget();
  });
  return is_durable ? pruned : Pruned{};
}

std::unique_ptr<GrowingCopy> GroupCommit::begin_copy(const std::filesystem::path& target) const {
  return std::make_unique<GrowingCopy>(database_, target);
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
    failure_ = with_advice(settings_.file, failure);
    if (failure.code() == SQLITE_FULL) return Ending::kDiskFull;
    if (failure.code() == SQLITE_BUSY) return Ending::kBusy;
    return Ending::kBroken;
  }
}

// Hardly any change is ever bad, so a savepoint for each is paid for only when one was.
void GroupCommit::record_all(std::vector<QueuedChange>& group) {
  try {
    for (QueuedChange& queued : group) record(queued, Guard::kNone);
  } catch (const SqliteFailure& failure) {
    if (!is_about_one_change(failure)) throw;
    roll_back();
    begin_.run();
    for (QueuedChange& queued : group) record(queued, Guard::kSavepoint);
  }
}

void GroupCommit::record(QueuedChange& queued, Guard guard) {
  if (queued.change.accepted && !takes_new_jobs()) return refuse(queued);
  if (guard == Guard::kSavepoint) return record_in_savepoint(queued);
  queued.answer = recorder_.record(queued.change);
}

void GroupCommit::refuse(QueuedChange& queued) const {
  queued.answer = refusal(queued.change, trouble());
}

std::string GroupCommit::trouble() const {
  if (disk_full_)
    return "the disk of Berth's store is full: no new jobs until there is room; ask whoever runs "
           "this Berth to free some in the file system of " +
           settings_.file.parent_path().string() + " (jobs that are here go on, and can be killed)";
  if (log_full_)
    return "the log of Berth's store has reached limits.store_log_bytes_max (" +
           std::to_string(settings_.log_bytes_max) +
           " bytes), because some program keeps an old view of " + settings_.file.string() +
           " open: no new jobs until it is ended (fuser " + settings_.file.string() + " names it)";
  return {};
}

void GroupCommit::tell_health() { health_.set_trouble(trouble()); }

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
  tell_health();
  log_error("store_disk_full",
            {{"file", settings_.file.string()}, {"effect", "no new jobs until there is room"}});
}

void GroupCommit::look_for_room() {
  if (!disk_full_ || !ballast_.take()) return;
  disk_full_ = false;
  tell_health();
  log_info("store_disk_has_room", {{"file", settings_.file.string()}});
}

void GroupCommit::checkpoint_if_due() {
  if (broken_) return;
  if (std::exchange(log_.has_restarted, false)) begin_log();
  const int due = disk_full_ ? kCheckpointPagesWhenFull : kCheckpointPages;
  if (log_.pages >= due) checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  if (log_full_ || is_log_too_long()) wait_for_readers();
}

// Its first commit has been made; the next says whose log it is.
void GroupCommit::begin_log() {
  note_log_is_short();
  if (transact([&] { database_.run(kRaiseLogNumber); }) == Ending::kBroken)
    break_down("writing failed: " + failure_);
}

// True: all of the log is in the file, and nobody needs it any more if `mode` waited for that.
bool GroupCommit::checkpoint(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode, nullptr, nullptr);
  const int primary = code & 0xff;
  if (primary == SQLITE_OK || primary == SQLITE_BUSY) return primary == SQLITE_OK;
  const SqliteFailure failure(code, sqlite3_errmsg(database_.handle()));
  if (primary != SQLITE_FULL)
    return break_down("a checkpoint failed: " + with_advice(settings_.file, failure));
  if (!disk_full_) release_ballast();
  return false;
}

bool GroupCommit::is_log_too_long() const {
  const std::int64_t most = settings_.log_bytes_max / kPageBytes;
  return log_.pages >= std::min<std::int64_t>(most, std::max(log_.too_long_at,
                                                             kHardCheckpointPages));
}

// Readers of this process are quick. Another program may keep its view for ever: then the log grows
// up to its limit, and not beyond by new jobs.
void GroupCommit::wait_for_readers() {
  if (broken_) return;
  sqlite3_busy_timeout(database_.handle(), kWaitForReadersMs);
  const bool is_free = checkpoint(SQLITE_CHECKPOINT_RESTART);
  sqlite3_busy_timeout(database_.handle(), kBusyMs);
  if (is_free) return note_log_is_short();
  log_.too_long_at = log_.pages + kBetweenHardPages;
  if (log_full_ || std::int64_t{log_.pages} * kPageBytes < settings_.log_bytes_max) return;
  log_full_ = true;
  tell_health();
  log_error("store_log_full", {{"file", settings_.file.string()}, {"why", trouble()}});
}

void GroupCommit::note_log_is_short() {
  log_.too_long_at = 0;
  if (!std::exchange(log_full_, false)) return;
  tell_health();
  log_info("store_log_short_again", {{"file", settings_.file.string()}});
}

bool GroupCommit::break_down(const std::string& what) {
  broken_ = true;
  settings_.on_fatal("the store " + settings_.file.string() + ": " + what);
  return false;
}

}  // namespace berth
