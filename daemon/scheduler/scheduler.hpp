// One decision: tiers of candidate pools, filters, scores. Pure: the same job, fleet, policy and time
// give the same answer, always.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "fleet/pool_table.hpp"
#include "plugins/intern.hpp"
#include "scheduler/decision.hpp"
#include "scheduler/job_facts.hpp"
#include "scheduler/policy.hpp"

namespace berth {

// A placement always has its table, for the record. Of a refusal the table is wanted only when a
// person asks: kTable.
enum class Detail { kAnswer, kTable };

// [loop]
class Scheduler {
 public:
  Scheduler(const Site& site, const Interns& interns, Policy policy)
      : site_(site), interns_(interns), policy_(std::move(policy)) {}

  // `reserved`: pools kept for a job further ahead in the queue.
  Decision decide(const Asker& asker, const PoolTable& pools, const std::set<int>& reserved,
                  std::int64_t now_ms, Detail detail);

  const Profile& profile_for(const JobClass& wanted, const std::string& owner) const;

 private:
  const Site& site_;
  const Interns& interns_;
  Policy policy_;
};

}  // namespace berth
