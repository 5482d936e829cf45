// A fleet, a policy and one question to the scheduler.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scheduler/scheduler.hpp"
#include "support/builders.hpp"
#include "support/fake_plugins.hpp"

namespace berth {

// All clusters have reported and are ready. The policy is one profile without rules until a test
// adds its own.
class Deciding {
 public:
  explicit Deciding(const SiteBuilder& plan) : plan_(plan), pools(plan_.site(), interns) {
    for (const ClusterSetting& cluster : plan_.site().clusters) {
      pools.report(cluster.name, plan_.reported_by(cluster.name), {"sim"});
      pools.set_cluster_state(cluster.name, BERTH_CLUSTER_READY);
    }
    policy.profiles = {Profile{}};
    policy.profiles[0].name = "default";
  }

  FakeFilter& filter(const std::string& name, Match match = {}, int profile = 0) {
    auto made = std::make_shared<FakeFilter>(name, interns);
    policy.profiles[profile].filters.push_back({made, std::move(match)});
    return *made;
  }
  FakeScorer& scorer(const std::string& name, double weight = 1, Match match = {}) {
    auto made = std::make_shared<FakeScorer>(name, interns);
    policy.profiles[0].scorers.push_back({made, weight, std::move(match)});
    return *made;
  }
  Profile& default_profile() { return policy.profiles[0]; }

  Decision decide(const JobBuilder& asked, const std::set<int>& reserved = {},
                  Detail detail = Detail::kTable) {
    const Job job = asked.job();
    Asker asker;
    asker.wanted = job.wanted;
    asker.owner = job.owner;
    asker.priority = job.priority;
    asker.formats = {"sim"};
    asker.excluded_pools = job.excluded_pools;
    Scheduler scheduler(plan_.site(), interns, policy);
    return scheduler.decide(asker, pools, reserved, 1'800'000'000'000, detail);
  }
  std::string pool_for(const JobBuilder& asked) { return decide(asked).pool; }

 private:
  SiteBuilder plan_;

 public:
  Interns interns;
  PoolTable pools;
  Policy policy;
};

inline const DecisionRow* row_of(const Decision& decision, const std::string& pool) {
  for (const DecisionRow& row : decision.rows) {
    if (row.pool == pool) return &row;
  }
  return nullptr;
}

}  // namespace berth
