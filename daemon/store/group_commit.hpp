// Many changes in one transaction, and what is done when the disk does not take them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/ballast.hpp"
#include "store/change.hpp"
#include "store/change_recorder.hpp"
#include "store/copy.hpp"
#include "store/health.hpp"
#include "store/high_water.hpp"
#include "store/pruning.hpp"
#include "store/sqlite_database.hpp"
#include "store/sqlite_store.hpp"

namespace berth {

struct QueuedChange {
  Change change;
  std::function<void(const Committed&)> done;
  Committed answer;
};

// Owns the one connection that writes and checkpoints. [store]
class GroupCommit {
 public:
  // `pause` waits a little, and says false when the store is being closed: then there is no waiting
  // for room. Throws SqliteFailure.
  GroupCommit(Database database, const StoreSettings& settings, const HighWaterMark& mark,
              StoreHealth& health, std::function<bool()> pause);

  // Makes `group` durable with one fsync and fills in the answers. False: nothing of it may be
  // acknowledged, ever; what became of it shows at the next start.
  bool write(std::vector<QueuedChange>& group);

  // Whether there is room again for what was refused.
  void look_for_room();
  bool takes_new_jobs() const { return !disk_full_ && !log_full_; }
  // Makes the answer of a new job that is not taken.
  void refuse(QueuedChange& queued) const;

  void begin_pruning(std::int64_t now_ms);
  Pruned prune_some(int jobs_max);

  // Throws SqliteFailure, as does the copy.
  std::unique_ptr<GrowingCopy> begin_copy(const std::filesystem::path& target) const;

  // Brings the write-ahead log into the file when enough of it has gathered. No other connection
  // does.
  void checkpoint_if_due();

 private:
  struct Log {
    int pages = 0;             // in the write-ahead log
    bool has_restarted = false;  // by the last commit
    int too_long_at = 0;       // pages at which its readers are waited for again
  };
  enum class Guard { kNone, kSavepoint };
  enum class Ending { kDurable, kDiskFull, kBusy, kBroken };

  bool write_until_durable(const std::function<void()>& write);
  Ending transact(const std::function<void()>& write);
  void record_all(std::vector<QueuedChange>& group);
  void record(QueuedChange& queued, Guard guard);
  void record_in_savepoint(QueuedChange& queued);
  void roll_back() noexcept;
  bool may_try_again(Ending ending);
  bool make_room();
  bool wait_for(const std::string& what);
  void release_ballast();
  bool checkpoint(int mode);
  void begin_log();
  bool is_log_too_long() const;
  void wait_for_readers();
  void note_log_is_short();
  std::string trouble() const;
  void tell_health();
  bool break_down(const std::string& what);

  const StoreSettings settings_;
  const std::function<bool()> pause_;
  Database database_;
  ChangeRecorder recorder_;
  Pruning pruning_;
  Statement begin_;
  Statement commit_;
  Statement savepoint_;
  Statement release_;
  Statement back_to_savepoint_;
  Ballast ballast_;
  HighWater high_water_;
  StoreHealth& health_;
  std::string failure_;  // of the last transaction
  Log log_;
  bool disk_full_ = false;
  bool log_full_ = false;
  bool broken_ = false;
};

}  // namespace berth
