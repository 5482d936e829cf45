// The thread that writes: takes all that waits, has it committed at once, tells the loop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/histogram.hpp"
#include "base/loop.hpp"
#include "store/group_commit.hpp"

namespace berth {

class StoreWriter {
 public:
  // `database` has been brought to this version. Throws SqliteFailure.
  StoreWriter(Database database, const StoreSettings& settings, const HighWaterMark& mark,
              Loop& loop);
  ~StoreWriter();  // writes what is queued first

  void commit(Change change, std::function<void(const Committed&)> done);  // [any]
  void prune(std::int64_t now_ms, int limit, Removed removed);             // [any]
  void back_up(std::filesystem::path target, std::function<void(Result<void>)> done);  // [any]
  std::string trouble() const { return health_.trouble(); }                            // [any]
  Histogram::Value commit_times() const { return commit_times_.value(); }              // [any]

 private:
  struct PruneOrder {
    std::int64_t now_ms = 0;
    std::int64_t jobs_left = 0;
    Removed removed;
  };
  struct CopyOrder {
    std::filesystem::path target;
    std::function<void(Result<void>)> done;
  };
  struct Work {
    std::vector<QueuedChange> group;
    std::optional<PruneOrder> prune;
    std::optional<CopyOrder> copy;
    bool is_last = false;
  };
  // A prune or a copy that goes on between groups.
  struct Pruning {
    PruneOrder order;
    Pruned sum;
    int slices = 0;
    std::chrono::steady_clock::time_point began;
  };
  struct Copying {
    CopyOrder order;
    std::unique_ptr<GrowingCopy> copy;
  };

  void run();
  Work next_work();
  bool has_work() const;
  void write(std::vector<QueuedChange>& group);
  void refuse_new_jobs(std::vector<QueuedChange>& group);
  void begin_pruning(PruneOrder order);
  void prune_some();
  void end_pruning();
  void begin_copy(CopyOrder order);
  void copy_some();
  void end_copy(Result<void> result);
  void post(std::vector<QueuedChange>& group);
  bool pause();

  const std::size_t group_max_;
  Loop& loop_;
  StoreHealth health_;
  GroupCommit commits_;
  Histogram commit_times_;
  std::optional<Pruning> pruning_;  // [store], as the next
  std::optional<Copying> copying_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<QueuedChange> queue_;
  std::optional<PruneOrder> prune_;
  std::optional<CopyOrder> copy_;
  bool is_copying_ = false;
  bool closing_ = false;

  std::thread thread_;
};

}  // namespace berth
