#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <chrono>

#include "scheduler/decision_record.hpp"
#include "scheduler/explain.hpp"
#include "scheduler/reason_words.hpp"
#include "scheduler/round.hpp"
#include "scheduler/standing.hpp"
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
  return std::any_of(lineage.begin(), lineage.end(),
                     [&](const std::string& ancestor) { return contains(match.owners, ancestor); });
}

constexpr std::int64_t kSecondMs = 1000;

// Nothing that holds for this job alone, so that what is found out holds for its whole class.
bool is_one_of_its_class(const Asker& asker, const std::set<int>& reserved) {
  return asker.excluded_pools.empty() && reserved.empty();
}

bool ends_the_search(const TierFate& tier, OnBusy on_busy) {
  return tier.faulty || tier.has_survivor() || (on_busy == OnBusy::kWait && tier.waits());
}

}  // namespace

struct Scheduler::Parts {
  std::unique_ptr<Standing> stand(const Asker& asker, const PoolTable& pools,
                                  std::int64_t now_ms) const;
  void judge(Standing& standing, const PoolTable& pools, const std::set<int>& reserved);
  Decision conclude(const Standing& standing, const PoolTable& pools, std::int64_t now_ms);
  const Profile& profile_for(const JobClass& wanted, const std::string& owner) const;

  const Site& site;
  const Interns& interns;
  const Policy policy;
  Standings standings{};
  Judge judging{};
  ReasonWords words{};
};

Scheduler::Scheduler(const Site& site, const Interns& interns, Policy policy)
    : parts_(new Parts{site, interns, std::move(policy)}) {}

Scheduler::~Scheduler() = default;

const Profile& Scheduler::profile_for(const JobClass& wanted, const std::string& owner) const {
  return parts_->profile_for(wanted, owner);
}

const Profile& Scheduler::Parts::profile_for(const JobClass& wanted,
                                             const std::string& owner) const {
  const Profile* fallback = &policy.profiles.front();
  for (const Profile& profile : policy.profiles) {
    if (!profile.match.is_any() && matches(profile.match, wanted, owner, site)) return profile;
    if (profile.name == policy.fallback) fallback = &profile;
  }
  return *fallback;
}

Decision Scheduler::decide(const Asker& asker, const PoolTable& pools,
                           const std::set<int>& reserved, std::int64_t now_ms, Detail detail) {
  Parts& parts = *parts_;
  const auto began = std::chrono::steady_clock::now();
  const std::int64_t second_ms = now_ms - now_ms % kSecondMs;
  const bool may_remember = detail != Detail::kTable && is_one_of_its_class(asker, reserved);
  parts.words.trim();
  parts.standings.begin(pools.view_version(), second_ms);
  std::unique_ptr<Standing> fresh;
  Standing* standing = may_remember ? parts.standings.find(asker) : nullptr;
  if (standing == nullptr) {
    fresh = parts.stand(asker, pools, second_ms);
    standing = fresh.get();
  }
  parts.judge(*standing, pools, reserved);
  Decision decision = parts.conclude(*standing, pools, now_ms);
  decision.took_ns = (std::chrono::steady_clock::now() - began).count();
  if (detail == Detail::kTable)
    add_table(decision, standing->judged, standing->panel, pools, parts.words);
  if (detail == Detail::kRecord && decision.placed)
    decision.table = encode_table(decision, standing->judged, standing->panel, pools, parts.words);

  const bool is_faulty = !standing->judged.empty() && standing->judged.back().faulty;
  if (is_faulty && fresh == nullptr) parts.standings.drop(*standing);
  if (!is_faulty && fresh != nullptr && may_remember) parts.standings.keep(std::move(fresh));
  return decision;
}

std::unique_ptr<Standing> Scheduler::Parts::stand(const Asker& asker, const PoolTable& pools,
                                                  std::int64_t now_ms) const {
  auto standing = std::make_unique<Standing>(asker, interns, now_ms);
  const Profile& profile = profile_for(*asker.wanted, asker.owner);
  standing->profile = profile.name;
  standing->on_busy = profile.on_busy;
  for (const PolicyFilter& rule : profile.filters) {
    if (matches(rule.match, *asker.wanted, asker.owner, site))
      standing->panel.filters.push_back(&rule);
  }
  for (const PolicyScorer& rule : profile.scorers) {
    if (matches(rule.match, *asker.wanted, asker.owner, site))
      standing->panel.scorers.push_back(&rule);
  }
  standing->tiers = tiers_for(asker.owner, site, pools);
  return standing;
}

// Goes from tier to tier until one has a survivor, or says that the job should wait for it.
void Scheduler::Parts::judge(Standing& standing, const PoolTable& pools,
                             const std::set<int>& reserved) {
  const Judge::Question question{standing.asker, standing.facts.record(), pools, reserved,
                                 standing.panel};
  for (std::size_t i = 0; i < standing.tiers.size(); ++i) {
    if (i < standing.judged.size()) {
      judging.bring_up_to_date(standing.judged[i], question);
    } else {
      TierFate& tier = standing.judged.emplace_back();
      tier.name = standing.tiers[i].name;
      tier.pools = standing.tiers[i].pools;
      judging.judge(tier, question);
    }
    TierFate& tier = standing.judged[i];
    if (!tier.faulty && tier.has_survivor()) judging.score(tier, question);
    if (!ends_the_search(tier, standing.on_busy)) continue;
    standing.judged.resize(i + 1);  // those after it were asked when this one had nothing
    return;
  }
}

Decision Scheduler::Parts::conclude(const Standing& standing, const PoolTable& pools,
                                    std::int64_t now_ms) {
  Decision decision;
  decision.profile = standing.profile;
  decision.view = pools.view_version();
  decision.ledger = pools.ledger_version();
  decision.generation = policy.generation;
  decision.at_ms = now_ms;
  for (std::size_t i = standing.judged.size(); i < standing.tiers.size(); ++i)
    decision.tiers_not_asked.push_back(standing.tiers[i].name);
  const TierFate* last = standing.judged.empty() ? nullptr : &standing.judged.back();
  if (last == nullptr || last->faulty || !last->has_survivor()) {
    explain_refusal(decision, standing.judged, standing.panel, pools, words);
    return decision;
  }
  const PoolSetting& chosen = pools.setting(last->pool_of(last->survivors[last->best()]));
  decision.placed = true;
  decision.cluster = chosen.cluster;
  decision.pool = chosen.name;
  decision.tier = last->name;
  return decision;
}

}  // namespace berth
