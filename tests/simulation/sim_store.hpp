// A disk that survives the daemon, and a journal on it that may crash the daemon at any write.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plugins/backend.hpp"
#include "sim_time.hpp"
#include "store/change.hpp"

namespace berth::sim {

// Which promise of the store is broken on purpose.
enum class Lie {
  kNone,
  kAnswersBeforeCommit,       // every change is called durable when it is not yet
  kIntentBeforeCommit,        // only the intent to launch is
};

class Disk {
 public:
  // Throws std::logic_error when a rule of the life of a job is broken.
  void write(const Change& change);

  std::map<std::string, Job> jobs;
  std::map<AttemptKey, Attempt> attempts;
  std::map<std::string, ClusterMark> marks;
  std::map<std::string, std::string> keys;  // idempotency key to job
  std::int64_t sequence = 0;

  std::vector<Job> unfinished() const;
};

struct JournalFaults {
  std::int64_t crash_one_in = 0;   // 0: never
  std::int64_t refuse_one_in = 0;  // a full disk
};

class SimJournal final : public Journal {
 public:
  SimJournal(Disk& disk, Timeline& timeline, Dice& dice, int incarnation, JournalFaults& faults,
             Lie lie, std::function<void()> crash)
      : disk_(disk),
        timeline_(timeline),
        dice_(dice),
        incarnation_(incarnation),
        faults_(faults),
        lie_(lie),
        crash_(std::move(crash)) {}

  void commit(Change change, std::function<void(const Committed&)> done) override;

 private:
  struct Queued {
    Change change;
    std::function<void(const Committed&)> done;
  };
  void write_group();
  Committed write_one(const Change& change);
  bool lies_about(const Change& change) const;

  Disk& disk_;
  Timeline& timeline_;
  Dice& dice_;
  int incarnation_;
  JournalFaults& faults_;
  Lie lie_;
  std::function<void()> crash_;
  std::deque<Queued> queue_;
  bool writing_ = false;
};

}  // namespace berth::sim
