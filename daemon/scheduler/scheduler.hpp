// One decision: tiers of candidate pools, filters, scores. Pure: the same job, fleet, policy and
// time give the same answer, always.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "fleet/pool_table.hpp"
#include "plugins/intern.hpp"
#include "scheduler/decision.hpp"
#include "scheduler/job_facts.hpp"
#include "scheduler/policy.hpp"
#include "scheduler/reason_words.hpp"
#include "scheduler/round.hpp"
#include "scheduler/standing.hpp"

namespace berth {

enum class Detail {
  kAnswer,  // where it goes, or why not
  kRecord,  // and of a placement its table, as it is stored
  kTable,   // and all rows, for a person who asks
};

// [loop]
class Scheduler {
 public:
  Scheduler(const Site& site, const Interns& interns, Policy policy)
      : site_(site), interns_(interns), policy_(std::move(policy)) {}

  // `reserved`: pools kept for a job further ahead in the queue. What filters and scorers take for
  // the time is the full second of `now_ms`.
  Decision decide(const Asker& asker, const PoolTable& pools, const std::set<int>& reserved,
                  std::int64_t now_ms, Detail detail);

  const Profile& profile_for(const JobClass& wanted, const std::string& owner) const;

 private:
  std::unique_ptr<Standing> stand(const Asker& asker, const PoolTable& pools,
                                  std::int64_t now_ms) const;
  void judge(Standing& standing, const PoolTable& pools, const std::set<int>& reserved);
  Decision conclude(const Standing& standing, const PoolTable& pools, std::int64_t now_ms);

  const Site& site_;
  const Interns& interns_;
  Policy policy_;
  Standings standings_;
  Judge judge_;
  ReasonWords words_;
};

}  // namespace berth
