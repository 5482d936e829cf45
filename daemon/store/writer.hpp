// The thread that writes: takes all that waits, has it committed at once, tells the loop.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
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
  StoreWriter(Database database, const StoreSettings& settings, Loop& loop);
  ~StoreWriter();  // writes what is queued first

  void commit(Change change, std::function<void(const Committed&)> done);  // [any]
  void prune(std::int64_t now_ms, int limit);                              // [any]
  Histogram::Value commit_times() const { return commit_times_.value(); }  // [any]

 private:
  struct PruneOrder {
    std::int64_t now_ms = 0;
    int limit = 0;
  };
  struct Work {
    std::vector<QueuedChange> group;
    std::optional<PruneOrder> prune;
    bool is_last = false;
  };

  void run();
  bool write(std::vector<QueuedChange>& group);
  Work next_work();
  void post(std::vector<QueuedChange>& group);
  bool pause();

  const std::size_t group_max_;
  Loop& loop_;
  GroupCommit commits_;
  Histogram commit_times_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<QueuedChange> queue_;
  std::optional<PruneOrder> prune_;
  bool closing_ = false;

  std::thread thread_;
};

}  // namespace berth
