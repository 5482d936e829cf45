#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <chrono>

#include "scheduler/explain.hpp"
#include "scheduler/round.hpp"
#include "scheduler/tiers.hpp"

namespace berth {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool matches(const Match& match, const JobClass& wanted, const std::string& owner,
             const Site& site) {
  if (!match.projects.empty() && !contains(match.projects, wanted.project)) return false;
  if (!match.types.empty() && !contains(match.types, wanted.type)) return false;
  if (match.owners.empty()) return true;
  const std::vector<std::string> lineage = site.lineage(owner);
  return std::any_of(lineage.begin(), lineage.end(), [&](const std::string& ancestor) {
    return contains(match.owners, ancestor);
  });
}

// Goes from tier to tier until one has a survivor, or says that the job should wait for it.
std::vector<TierFate> judge(const std::vector<Tier>& tiers, const Asker& asker,
                            const JobFacts& facts, const PoolTable& pools,
                            const std::set<int>& reserved, const Panel& panel, OnBusy on_busy) {
  std::vector<TierFate> judged;
  for (const Tier& tier : tiers) {
    judged.push_back(judge_tier(tier, asker, facts, pools, reserved, panel));
    const TierFate& last = judged.back();
    if (last.faulty || last.has_survivor()) break;
    if (on_busy == OnBusy::kWait && last.waits()) break;
  }
  return judged;
}

}  // namespace

const Profile& Scheduler::profile_for(const JobClass& wanted, const std::string& owner) const {
  const Profile* fallback = &policy_.profiles.front();
  for (const Profile& profile : policy_.profiles) {
    if (!profile.match.is_any() && matches(profile.match, wanted, owner, site_)) return profile;
    if (profile.name == policy_.fallback) fallback = &profile;
  }
  return *fallback;
}

Decision Scheduler::decide(const Asker& asker, const PoolTable& pools,
                           const std::set<int>& reserved, std::int64_t now_ms, Detail detail) {
  const auto began = std::chrono::steady_clock::now();
  const Profile& profile = profile_for(*asker.wanted, asker.owner);
  const JobFacts facts(asker, interns_, now_ms);
  Panel panel;
  for (const PolicyFilter& rule : profile.filters) {
    if (matches(rule.match, *asker.wanted, asker.owner, site_)) panel.filters.push_back(&rule);
  }
  for (const PolicyScorer& rule : profile.scorers) {
    if (matches(rule.match, *asker.wanted, asker.owner, site_)) panel.scorers.push_back(&rule);
  }
  const std::vector<Tier> tiers = tiers_for(asker.owner, site_, pools);
  const std::vector<TierFate> judged =
      judge(tiers, asker, facts, pools, reserved, panel, profile.on_busy);

  Decision decision;
  decision.profile = profile.name;
  decision.view = pools.view_version();
  decision.ledger = pools.ledger_version();
  decision.generation = policy_.generation;
  decision.at_ms = now_ms;
  if (!judged.empty() && !judged.back().faulty && judged.back().has_survivor()) {
    const PoolSetting& chosen = pools.setting(best_of(judged.back()).pool);
    decision.placed = true;
    decision.cluster = chosen.cluster;
    decision.pool = chosen.name;
    decision.tier = judged.back().name;
  } else {
    explain_refusal(decision, judged, panel, pools);
  }
  for (std::size_t i = judged.size(); i < tiers.size(); ++i)
    decision.tiers_not_asked.push_back(tiers[i].name);
  decision.took_ns = (std::chrono::steady_clock::now() - began).count();
  if (detail == Detail::kTable || decision.placed) add_table(decision, judged, panel, pools);
  return decision;
}

}  // namespace berth
