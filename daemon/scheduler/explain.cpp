#include "scheduler/explain.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace berth {
namespace {

constexpr std::size_t kRowsMax = 64;  // more pools than this: the best, and as many of the rest
constexpr std::size_t kNamedMax = 3;  // refusals named in a message

FilterWord word_of(const berth_verdict& verdict, const Filter& filter) {
  FilterWord word;
  word.answer = verdict.kind == BERTH_FITS      ? Answer::kFits
                : verdict.kind == BERTH_NOT_NOW ? Answer::kNotNow
                : verdict.kind == BERTH_NEVER   ? Answer::kNever
                                                : Answer::kByPolicy;
  if (word.answer == Answer::kFits) return word;
  const ReasonText said = filter.explain(verdict);
  word.reason = said.name;
  word.text = said.text;
  return word;
}

// The host's own refusals stand in the row as if a filter before all others had spoken.
FilterWord own_word(PoolFate::Own own) {
  switch (own) {
    case PoolFate::Own::kNone:
      return {};
    case PoolFate::Own::kNotNamed:
      return {Answer::kNever, "NotNamed", "the job names another pool or cluster"};
    case PoolFate::Own::kExcluded:
      return {Answer::kByPolicy, "Excluded", "the job failed to start here"};
    case PoolFate::Own::kReserved:
      return {Answer::kNotNow, "BehindHigherPriority", "kept for a job further ahead"};
  }
  return {};
}

FilterWord refusal_of(const PoolFate& fate, const Panel& panel) {
  if (fate.own != PoolFate::Own::kNone) return own_word(fate.own);
  return word_of(fate.verdicts.back(), *panel.filters[fate.refused_by]->filter);
}

std::string refuser_of(const PoolFate& fate, const Panel& panel) {
  if (fate.own != PoolFate::Own::kNone) return "berth";
  return panel.filters[fate.refused_by]->filter->instance();
}

std::string place_of(const PoolFate& fate, const PoolTable& pools) {
  const PoolSetting& setting = pools.setting(fate.pool);
  return setting.cluster + "/" + setting.name;
}

// "gpu-a: needs 8 gpu, 6 free" of the first few refusals that match.
template <typename Matches>
std::string name_some(const std::vector<TierFate>& tiers, const Panel& panel,
                      const PoolTable& pools, Matches matches) {
  std::vector<const PoolFate*> refused;
  for (const TierFate& tier : tiers) {
    for (const PoolFate& fate : tier.pools) {
      if (!fate.fits() && matches(fate)) refused.push_back(&fate);
    }
  }
  // What came furthest through the filters says most.
  std::stable_sort(refused.begin(), refused.end(), [](const PoolFate* a, const PoolFate* b) {
    return a->refused_by > b->refused_by;
  });
  std::vector<std::string> named;
  for (std::size_t i = 0; i < std::min(refused.size(), kNamedMax); ++i) {
    const FilterWord word = refusal_of(*refused[i], panel);
    named.push_back(place_of(*refused[i], pools) + ": " +
                    (word.text.empty() ? word.reason : word.text));
  }
  std::string text = join(named, "; ");
  if (refused.size() > kNamedMax)
    text += "; and " + std::to_string(refused.size() - kNamedMax) + " more";
  return text;
}

bool is_away(const PoolFate& fate, const PoolTable& pools) {
  return pools.record(fate.pool).cluster_state != BERTH_CLUSTER_READY;
}

std::string waiting_reason(const std::vector<TierFate>& tiers, const PoolTable& pools) {
  bool any_reserved = false;
  bool any_full = false;
  for (const TierFate& tier : tiers) {
    for (const PoolFate& fate : tier.pools) {
      if (fate.kind() != BERTH_NOT_NOW) continue;
      if (fate.own == PoolFate::Own::kReserved) {
        any_reserved = true;
      } else if (!is_away(fate, pools)) {
        any_full = true;
      }
    }
  }
  if (any_full) return "WaitingForCapacity";
  return any_reserved ? "BehindHigherPriority" : "ClusterOffline";
}

// All pools refuse for good. A pool that would be right but is too small says more than one that is
// wrong, so a reason of that kind names the whole.
std::string final_reason(const std::vector<TierFate>& tiers, const Panel& panel) {
  for (const TierFate& tier : tiers) {
    for (const PoolFate& fate : tier.pools) {
      if (refusal_of(fate, panel).reason.rfind("Exceeds", 0) == 0) return "ExceedsMaxCapacity";
    }
  }
  return "NoMatchingPool";
}

DecisionRow row_of(const TierFate& tier, const PoolFate& fate, const Panel& panel,
                   const PoolTable& pools) {
  DecisionRow row;
  row.tier = tier.name;
  row.cluster = pools.setting(fate.pool).cluster;
  row.pool = pools.setting(fate.pool).name;
  row.filters.push_back(own_word(fate.own));
  if (fate.own == PoolFate::Own::kNone) row.filters[0].answer = Answer::kFits;
  for (std::size_t i = 0; i < panel.filters.size(); ++i) {
    row.filters.push_back(i < fate.verdicts.size()
                              ? word_of(fate.verdicts[i], *panel.filters[i]->filter)
                              : FilterWord{});
  }
  if (fate.fits()) {
    row.scores = fate.scores;
    row.total = fate.total;
  }
  return row;
}

std::size_t count_survivors(const std::vector<TierFate>& tiers) {
  std::size_t survivors = 0;
  for (const TierFate& tier : tiers) {
    survivors += static_cast<std::size_t>(std::count_if(
        tier.pools.begin(), tier.pools.end(), [](const PoolFate& fate) { return fate.fits(); }));
  }
  return survivors;
}

void add_columns(Decision& decision, const Panel& panel) {
  decision.filters = {"berth"};
  for (const PolicyFilter* rule : panel.filters)
    decision.filters.push_back(rule->filter->instance());
  for (const PolicyScorer* rule : panel.scorers)
    decision.scorers.push_back({rule->scorer->instance(), rule->weight});
}

// The host's own column is shown only where it had something to say.
void drop_silent_own_column(Decision& decision) {
  const auto speaks = [](const DecisionRow& row) { return row.filters[0].answer != Answer::kFits; };
  if (std::any_of(decision.rows.begin(), decision.rows.end(), speaks)) return;
  decision.filters.erase(decision.filters.begin());
  for (DecisionRow& row : decision.rows) row.filters.erase(row.filters.begin());
}

}  // namespace

void explain_refusal(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
                     const PoolTable& pools) {
  const auto faulty =
      std::find_if(tiers.begin(), tiers.end(), [](const TierFate& tier) { return tier.faulty; });
  if (faulty != tiers.end()) {
    decision.reason = "PolicyError";
    decision.message = "a filter or scorer failed; see `berth plugin list`";
    return;
  }
  const bool waits =
      std::any_of(tiers.begin(), tiers.end(), [](const TierFate& tier) { return tier.waits(); });
  if (waits) {
    for (const TierFate& tier : tiers) {
      for (const PoolFate& fate : tier.pools) {
        if (fate.kind() == BERTH_NOT_NOW) decision.waiting_pools.push_back(fate.pool);
      }
    }
    decision.reason = waiting_reason(tiers, pools);
    decision.message = name_some(tiers, panel, pools,
                                 [](const PoolFate& fate) { return fate.kind() == BERTH_NOT_NOW; });
    return;
  }
  decision.never = true;
  decision.reason = final_reason(tiers, panel);
  decision.message = tiers.empty()
                         ? "no pool belongs to the project's owner or its ancestors, or is shared"
                         : name_some(tiers, panel, pools, [](const PoolFate&) { return true; });
}

void add_table(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
               const PoolTable& pools) {
  add_columns(decision, panel);
  std::map<std::string, int> refusals;
  std::size_t survivors_to_come = std::min(count_survivors(tiers), kRowsMax);
  for (const TierFate& tier : tiers) {
    std::vector<const PoolFate*> order;
    for (const PoolFate& fate : tier.pools) order.push_back(&fate);
    std::stable_sort(order.begin(), order.end(), [](const PoolFate* a, const PoolFate* b) {
      return a->fits() != b->fits() ? a->fits() : a->total > b->total;
    });
    for (const PoolFate* fate : order) {
      if (!fate->fits())
        ++refusals[refuser_of(*fate, panel) + ": " + refusal_of(*fate, panel).reason];
      const std::size_t kept_free = fate->fits() ? 0 : survivors_to_come;
      if (decision.rows.size() + kept_free >= kRowsMax) {
        ++decision.rows_left_out;
        continue;
      }
      if (fate->fits()) --survivors_to_come;
      decision.rows.push_back(row_of(tier, *fate, panel, pools));
      DecisionRow& row = decision.rows.back();
      row.chosen = decision.placed && row.pool == decision.pool;
    }
  }
  decision.refusals.assign(refusals.begin(), refusals.end());
  drop_silent_own_column(decision);
}

}  // namespace berth
