// The work of one decision in its steps; used by Scheduler alone.
#pragma once

#include <berth/abi.h>

#include <set>
#include <string>
#include <vector>

#include "scheduler/decision.hpp"
#include "scheduler/job_facts.hpp"
#include "scheduler/policy.hpp"
#include "scheduler/tiers.hpp"

namespace berth {

// What became of one pool. The host's own refusals (not named, excluded, reserved) come before any filter.
struct PoolFate {
  enum class Own { kNone, kNotNamed, kExcluded, kReserved };
  int pool = 0;
  Own own = Own::kNone;
  int refused_by = -1;  // index of the filter
  std::vector<berth_verdict> verdicts;  // of the filters that were asked
  std::vector<double> scores;
  double total = 0;

  bool fits() const { return own == Own::kNone && refused_by < 0; }
  berth_verdict_kind kind() const;  // of the refusal; BERTH_FITS when none
};

struct TierFate {
  std::string name;
  std::vector<PoolFate> pools;
  bool faulty = false;  // a filter or scorer failed: the job must be held

  bool has_survivor() const;
  bool waits() const;  // some pool said: not now
};

// Filters and scorers of `profile` that this job is asked about.
struct Panel {
  std::vector<const PolicyFilter*> filters;
  std::vector<const PolicyScorer*> scorers;
};

TierFate judge_tier(const Tier& tier, const Asker& asker, const JobFacts& facts,
                    const PoolTable& pools, const std::set<int>& reserved, const Panel& panel);

// The best survivor: highest total, ties by name. There must be one.
const PoolFate& best_of(const TierFate& tier);

}  // namespace berth
