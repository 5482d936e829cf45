#include "scheduler/round.hpp"

#include <algorithm>

namespace berth {
namespace {

PoolFate::Own own_refusal(int pool, const Asker& asker, const PoolTable& pools,
                          const std::set<int>& reserved) {
  const PoolSetting& setting = pools.setting(pool);
  const JobClass& wanted = *asker.wanted;
  const bool is_named = (wanted.pool.empty() || wanted.pool == setting.name) &&
                        (wanted.cluster.empty() || wanted.cluster == setting.cluster);
  if (!is_named) return PoolFate::Own::kNotNamed;
  const auto& excluded = asker.excluded_pools;
  if (std::find(excluded.begin(), excluded.end(), setting.name) != excluded.end())
    return PoolFate::Own::kExcluded;
  if (reserved.count(pool) > 0) return PoolFate::Own::kReserved;
  return PoolFate::Own::kNone;
}

// The pools still in the race, as a batch.
struct Field {
  std::vector<std::size_t> members;  // indices into TierFate::pools
  std::vector<const berth_pool*> records;
  berth_batch batch{};

  Field(const TierFate& tier, const JobFacts& facts, const PoolTable& pools) {
    for (std::size_t i = 0; i < tier.pools.size(); ++i) {
      if (!tier.pools[i].fits()) continue;
      members.push_back(i);
      records.push_back(&pools.record(tier.pools[i].pool));
    }
    batch = {sizeof batch, &facts.record(), records.data(), records.size()};
  }
};

void run_filter(TierFate& tier, int index, const PolicyFilter& rule, const JobFacts& facts,
                const PoolTable& pools) {
  const Field field(tier, facts, pools);
  if (field.members.empty()) return;
  std::vector<berth_verdict> verdicts(field.members.size());
  if (!rule.filter->filter(field.batch, verdicts.data())) {
    tier.faulty = true;
    return;
  }
  for (std::size_t i = 0; i < field.members.size(); ++i) {
    PoolFate& fate = tier.pools[field.members[i]];
    fate.verdicts.push_back(verdicts[i]);
    if (verdicts[i].kind != BERTH_FITS) fate.refused_by = index;
  }
}

void run_scorer(TierFate& tier, const PolicyScorer& rule, const JobFacts& facts,
                const PoolTable& pools) {
  const Field field(tier, facts, pools);
  std::vector<double> scores(field.members.size());
  if (!rule.scorer->score(field.batch, scores.data())) {
    tier.faulty = true;
    return;
  }
  for (std::size_t i = 0; i < field.members.size(); ++i) {
    PoolFate& fate = tier.pools[field.members[i]];
    fate.scores.push_back(scores[i]);
    fate.total += rule.weight * scores[i];
  }
}

}  // namespace

berth_verdict_kind PoolFate::kind() const {
  switch (own) {
    case Own::kNone: break;
    case Own::kNotNamed: return BERTH_NEVER;
    case Own::kExcluded: return BERTH_BY_POLICY;
    case Own::kReserved: return BERTH_NOT_NOW;
  }
  return refused_by < 0 ? BERTH_FITS : verdicts.back().kind;
}

bool TierFate::has_survivor() const {
  return std::any_of(pools.begin(), pools.end(), [](const PoolFate& fate) { return fate.fits(); });
}

bool TierFate::waits() const {
  return std::any_of(pools.begin(), pools.end(),
                     [](const PoolFate& fate) { return fate.kind() == BERTH_NOT_NOW; });
}

TierFate judge_tier(const Tier& tier, const Asker& asker, const JobFacts& facts,
                    const PoolTable& pools, const std::set<int>& reserved, const Panel& panel) {
  TierFate judged;
  judged.name = tier.name;
  for (const int pool : tier.pools) {
    PoolFate& fate = judged.pools.emplace_back();
    fate.pool = pool;
    fate.own = own_refusal(pool, asker, pools, reserved);
  }
  for (std::size_t i = 0; i < panel.filters.size() && !judged.faulty; ++i)
    run_filter(judged, static_cast<int>(i), *panel.filters[i], facts, pools);
  if (judged.faulty || !judged.has_survivor()) return judged;
  for (const PolicyScorer* rule : panel.scorers) run_scorer(judged, *rule, facts, pools);
  return judged;
}

const PoolFate& best_of(const TierFate& tier) {
  const PoolFate* best = nullptr;
  for (const PoolFate& fate : tier.pools) {  // in the order of names, so the first of equals stays
    if (fate.fits() && (best == nullptr || fate.total > best->total)) best = &fate;
  }
  return *best;
}

}  // namespace berth
