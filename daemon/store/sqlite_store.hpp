// The SQLite file: one connection that writes and checkpoints, on a thread of its own, and readers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "base/loop.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "store/change.hpp"
#include "store/pruning.hpp"
#include "store/reader.hpp"

namespace berth {

struct StoreSettings {
  std::filesystem::path file;  // its folder exists and is private
  std::int64_t ballast_bytes =
      16 << 20;         // freed when the disk is full, so that kills and ends still commit
  int group_max = 512;  // changes in one commit
  // The write-ahead log beyond which no new jobs are taken: somebody keeps an old view open.
  std::int64_t log_bytes_max = 1 << 30;
  Retention retention;
  // Called when the fate of a change cannot be known, on any thread. By default it logs the error
  // and ends the process with status 74; a test may return, then nothing more is written or
  // answered.
  std::function<void(const std::string&)> on_fatal;
};

struct StoreIdentity {
  std::string instance;    // of this installation, made once
  std::int64_t epoch = 1;  // raised by a restore
};

using Removed = std::function<void(std::vector<RemovedAttempt>)>;

class SqliteReader;
class StoreWriter;

class SqliteStore final : public Journal {
 public:
  // Opens or makes the file and brings it to this program's version (a copy is kept before).
  // A file that is older than what is known to have been here begins a new epoch. Errors:
  // "NewerStore" (written by a newer program), "CorruptStore", "StoreMissing" (there was one),
  // "StrangeStore" (of another Berth), "StoreUnavailable".
  static Result<std::unique_ptr<SqliteStore>> open(const StoreSettings& settings, Loop& loop,
                                                   const Clock& clock, Chance& chance);
  ~SqliteStore()
      override;  // commits what is queued, then closes; `done`s of those are still posted

  void commit(Change change, std::function<void(const Committed&)> done) override;

  const StoreIdentity& identity() const;       // [any]
  Histogram::Value commit_times() const;       // of groups of changes [any]
  std::unique_ptr<Reader> new_reader() const;  // [any]
  std::vector<Job> unfinished_jobs();          // before the first commit
  // The same one by one, in the order of acceptance, for a million of them. Jobs of equal class
  // share its object.
  void for_each_unfinished(const std::function<void(Job)>& take);
  std::vector<ClusterMark> cluster_marks();  // before the first commit

  // Removes what has had its time or is too much, at most `limit` jobs, in small transactions
  // between those of others; `removed` is called on the loop after each that removed attempts. An
  // order that still waits is replaced. [loop]
  void prune(std::int64_t now_ms, int limit, Removed removed = {});

  // Copies all that is committed into a file that must not exist yet, between commits; `done` is
  // called on the loop once it is on the disk. Errors: "Conflict" (another copy is being made),
  // "StoreUnavailable". [any]
  void back_up(std::filesystem::path target, std::function<void(Result<void>)> done);

  // Why no new jobs are taken; empty: they are. [any]
  std::string trouble() const;

 private:
  SqliteStore(StoreSettings settings, StoreIdentity identity, std::unique_ptr<StoreWriter> writer);
  std::unique_ptr<SqliteReader> open_reader(std::size_t classes_max) const;

  StoreSettings settings_;
  StoreIdentity identity_;
  std::unique_ptr<StoreWriter> writer_;
};

}  // namespace berth
