// What became of every candidate pool, and the judging that finds it out; used by Scheduler alone.
#pragma once

#include <berth/abi.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "fleet/pool_table.hpp"
#include "scheduler/job_facts.hpp"
#include "scheduler/policy.hpp"
#include "scheduler/tiers.hpp"

namespace berth {

// What became of one pool. The host's own refusals (not named, excluded, reserved) come before any
// filter.
struct PoolFate {
  enum class Own : std::uint8_t { kNone, kNotNamed, kExcluded, kReserved };
  berth_verdict verdict{};       // of the filter that refused
  std::int16_t refused_by = -1;  // its index in the panel
  Own own = Own::kNone;

  bool fits() const { return own == Own::kNone && refused_by < 0; }
  berth_verdict_kind kind() const;  // of the refusal; BERTH_FITS when none
};

// Refusals for one reason. One of them stands for all: their words differ in numbers alone.
struct RefusalCount {
  PoolFate example;
  int pools = 0;
};

struct TierFate {
  std::string name;
  const std::vector<int>* pools = nullptr;  // of the pool table, in the order of names
  std::vector<PoolFate> fates;              // one per pool
  std::vector<std::uint32_t> survivors;     // indices into `pools`, rising
  std::vector<std::vector<double>> scores;  // of each scorer that answered: one per survivor
  std::vector<double> totals;               // weighted; one per survivor
  std::vector<RefusalCount> refusals;
  std::size_t filters_asked = 0;  // of the panel, that answered
  bool faulty = false;            // a filter or scorer failed: the job must be held
  std::int64_t as_of = 0;         // version of the ledger

  int pool_of(std::uint32_t index) const { return (*pools)[index]; }
  bool has_survivor() const { return !survivors.empty(); }
  bool waits() const;  // some pool said: not now
  // Index into `survivors` of the best: highest total, ties by name. There must be one.
  std::size_t best() const;
};

// Filters and scorers of a profile that a job is asked about.
struct Panel {
  std::vector<const PolicyFilter*> filters;
  std::vector<const PolicyScorer*> scorers;
};

// Judges one job's tiers. Keeps its scratch space from one tier to the next. [loop]
class Judge {
 public:
  // What all tiers of one decision share; the references outlive it.
  struct Question {
    const Asker& asker;
    const berth_job& job;
    const PoolTable& pools;
    const std::set<int>& reserved;
    const Panel& panel;
  };

  // Every pool of the tier, from nothing.
  void judge(TierFate& tier, const Question& question);
  // Only the pools that have changed since; all the others would be judged as they were. The host's
  // own refusals must still be the same.
  void bring_up_to_date(TierFate& tier, const Question& question);
  // Survivors are scored together, so always all of them.
  void score(TierFate& tier, const Question& question);

 private:
  // Takes from `field_` a few pools at a time and adds those that fit to the survivors.
  void run_filters(TierFate& tier, const Question& question);
  void run_filters_on_block(TierFate& tier, const Question& question);
  void drop_refused(TierFate& tier, std::int16_t asked);
  void ask_host(TierFate& tier, const Question& question);
  bool ask(const PolicyFilter& rule, const berth_job& job);
  void forget(TierFate& tier, std::uint32_t index);

  std::vector<std::uint32_t> field_;        // indices into the tier's pools, to be asked about
  std::vector<std::uint32_t> block_;        // some of them, still in the race
  std::vector<const berth_pool*> records_;  // of the block, or of the survivors
  std::vector<berth_verdict> verdicts_;
  std::vector<std::uint32_t> fitting_;
};

}  // namespace berth
