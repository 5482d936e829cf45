#include "scheduler/round.hpp"

#include <algorithm>
#include <numeric>

namespace berth {
namespace {

constexpr std::size_t kBlock =
    512;  // pools that fit a processor's nearer caches with all they have
constexpr std::int64_t kFindingCosts = 4;  // one changed pool among many, in pools judged anew

bool host_may_refuse(const Judge::Question& question) {
  const JobClass& wanted = *question.asker.wanted;
  return !wanted.pool.empty() || !wanted.cluster.empty() ||
         !question.asker.excluded_pools.empty() || !question.reserved.empty();
}

PoolFate::Own own_refusal(int pool, const Judge::Question& question) {
  const PoolSetting& setting = question.pools.setting(pool);
  const JobClass& wanted = *question.asker.wanted;
  const bool is_named = (wanted.pool.empty() || wanted.pool == setting.name) &&
                        (wanted.cluster.empty() || wanted.cluster == setting.cluster);
  if (!is_named) return PoolFate::Own::kNotNamed;
  const auto& excluded = question.asker.excluded_pools;
  if (std::find(excluded.begin(), excluded.end(), setting.name) != excluded.end())
    return PoolFate::Own::kExcluded;
  if (question.reserved.count(pool) > 0) return PoolFate::Own::kReserved;
  return PoolFate::Own::kNone;
}

bool is_fit(const berth_verdict& verdict) { return verdict.kind == BERTH_FITS; }

RefusalCount& count_of(TierFate& tier, const PoolFate& fate) {
  for (RefusalCount& count : tier.refusals) {
    const PoolFate& known = count.example;
    if (known.verdict.reason == fate.verdict.reason && known.refused_by == fate.refused_by &&
        known.own == fate.own)
      return count;
  }
  return tier.refusals.emplace_back(RefusalCount{fate, 0});
}

void refuse(TierFate& tier, std::uint32_t index, const PoolFate& fate) {
  tier.fates[index] = fate;
  ++count_of(tier, fate).pools;
}

}  // namespace

berth_verdict_kind PoolFate::kind() const {
  switch (own) {
    case Own::kNone:
      break;
    case Own::kNotNamed:
      return BERTH_NEVER;
    case Own::kExcluded:
      return BERTH_BY_POLICY;
    case Own::kReserved:
      return BERTH_NOT_NOW;
  }
  return refused_by < 0 ? BERTH_FITS : verdict.kind;
}

bool TierFate::waits() const {
  return std::any_of(fates.begin(), fates.end(),
                     [](const PoolFate& fate) { return fate.kind() == BERTH_NOT_NOW; });
}

std::size_t TierFate::best() const {  // max_element gives the first of equals
  return static_cast<std::size_t>(std::max_element(totals.begin(), totals.end()) - totals.begin());
}

void Judge::judge(TierFate& tier, const Question& question) {
  tier.fates.assign(tier.pools->size(), {});
  tier.survivors.clear();
  tier.refusals.clear();
  tier.filters_asked = 0;
  tier.faulty = false;
  tier.as_of = question.pools.ledger_version();
  field_.resize(tier.fates.size());
  std::iota(field_.begin(), field_.end(), 0U);
  if (host_may_refuse(question)) ask_host(tier, question);
  run_filters(tier, question);
  tier.survivors.swap(fitting_);
}

void Judge::ask_host(TierFate& tier, const Question& question) {
  field_.clear();
  for (std::uint32_t i = 0; i < tier.fates.size(); ++i) {
    const PoolFate::Own own = own_refusal(tier.pool_of(i), question);
    if (own == PoolFate::Own::kNone) {
      field_.push_back(i);
    } else {
      refuse(tier, i, {{}, -1, own});
    }
  }
}

void Judge::bring_up_to_date(TierFate& tier, const Question& question) {
  const std::int64_t known = tier.as_of;
  const std::int64_t changes = question.pools.ledger_version() - known;
  // To look for so many costs more than to ask again.
  const bool too_many = changes * kFindingCosts > static_cast<std::int64_t>(tier.pools->size());
  if (too_many || !question.pools.remembers_since(known)) return judge(tier, question);
  tier.as_of = known + changes;
  field_.clear();
  for (std::int64_t change = known; change < tier.as_of; ++change) {
    const int pool = question.pools.changed_pool(change);
    const auto found = std::lower_bound(tier.pools->begin(), tier.pools->end(), pool);
    if (found == tier.pools->end() || *found != pool) continue;
    const auto index = static_cast<std::uint32_t>(found - tier.pools->begin());
    if (tier.fates[index].own == PoolFate::Own::kNone) field_.push_back(index);
  }
  std::sort(field_.begin(), field_.end());
  field_.erase(std::unique(field_.begin(), field_.end()), field_.end());
  for (const std::uint32_t index : field_) forget(tier, index);
  run_filters(tier, question);
  for (const std::uint32_t index : fitting_)
    tier.survivors.insert(std::lower_bound(tier.survivors.begin(), tier.survivors.end(), index),
                          index);
}

void Judge::forget(TierFate& tier, std::uint32_t index) {
  PoolFate& fate = tier.fates[index];
  if (fate.fits()) {
    tier.survivors.erase(std::lower_bound(tier.survivors.begin(), tier.survivors.end(), index));
  } else {
    --count_of(tier, fate).pools;
  }
  fate = {};
}

// All filters look at one block before any looks at the next, so that its pools are still at hand.
void Judge::run_filters(TierFate& tier, const Question& question) {
  fitting_.clear();
  for (std::size_t from = 0; from < field_.size() && !tier.faulty; from += kBlock) {
    const auto begin = field_.begin() + static_cast<std::ptrdiff_t>(from);
    const std::size_t size = std::min(kBlock, field_.size() - from);
    block_.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    run_filters_on_block(tier, question);
    fitting_.insert(fitting_.end(), block_.begin(), block_.end());
  }
}

// Each filter is asked only about what those before it let through.
void Judge::run_filters_on_block(TierFate& tier, const Question& question) {
  records_.clear();
  for (const std::uint32_t index : block_)
    records_.push_back(&question.pools.record(tier.pool_of(index)));
  for (std::size_t asked = 0; asked < question.panel.filters.size(); ++asked) {
    if (!ask(*question.panel.filters[asked], question.job)) {
      tier.faulty = true;
      return;
    }
    tier.filters_asked = std::max(tier.filters_asked, asked + 1);
    drop_refused(tier, static_cast<std::int16_t>(asked));
  }
}

// Most filters let most pools through: there is nothing to move before the first refusal.
void Judge::drop_refused(TierFate& tier, std::int16_t asked) {
  const auto end = verdicts_.begin() + static_cast<std::ptrdiff_t>(block_.size());
  const auto first = std::find_if_not(verdicts_.begin(), end, is_fit);
  auto kept = static_cast<std::size_t>(first - verdicts_.begin());
  for (std::size_t i = kept; i < block_.size(); ++i) {
    if (!is_fit(verdicts_[i])) {
      refuse(tier, block_[i], {verdicts_[i], asked});
      continue;
    }
    block_[kept] = block_[i];
    records_[kept++] = records_[i];
  }
  block_.resize(kept);
  records_.resize(kept);
}

bool Judge::ask(const PolicyFilter& rule, const berth_job& job) {
  if (records_.empty()) return true;
  if (verdicts_.size() < records_.size()) verdicts_.resize(records_.size());
  return rule.filter->filter({sizeof(berth_batch), &job, records_.data(), records_.size()},
                             verdicts_.data());
}

void Judge::score(TierFate& tier, const Question& question) {
  records_.clear();
  for (const std::uint32_t index : tier.survivors)
    records_.push_back(&question.pools.record(tier.pool_of(index)));
  const berth_batch batch{sizeof batch, &question.job, records_.data(), records_.size()};
  tier.totals.assign(records_.size(), 0);
  tier.scores.resize(question.panel.scorers.size());
  for (std::size_t asked = 0; asked < tier.scores.size(); ++asked) {
    const PolicyScorer& rule = *question.panel.scorers[asked];
    std::vector<double>& scores = tier.scores[asked];
    scores.resize(records_.size());
    if (!rule.scorer->score(batch, scores.data())) {
      tier.faulty = true;
      tier.scores.resize(asked);
      return;
    }
    for (std::size_t i = 0; i < scores.size(); ++i) tier.totals[i] += rule.weight * scores[i];
  }
}

}  // namespace berth
