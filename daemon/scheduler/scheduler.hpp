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

namespace berth {

enum class Detail {
  kAnswer,  // where it goes, or why not
  kRecord,  // and of a placement its table, as it is stored
  kTable,   // and all rows, for a person who asks
};

// [loop]
class Scheduler {
 public:
  Scheduler(const Site& site, const Interns& interns, Policy policy);
  ~Scheduler();

  // `reserved`: pools kept for a job further ahead in the queue. What filters and scorers take for
  // the time is the full second of `now_ms`.
  Decision decide(const Asker& asker, const PoolTable& pools, const std::set<int>& reserved,
                  std::int64_t now_ms, Detail detail);

  const Profile& profile_for(const JobClass& wanted, const std::string& owner) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace berth
