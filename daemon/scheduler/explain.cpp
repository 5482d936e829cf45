#include "scheduler/explain.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "scheduler/table_order.hpp"

namespace berth {
namespace {

constexpr std::size_t kNamedMax = 3;  // refusals named in a message

FilterWord word_of(const PoolFate& fate, const Panel& panel, ReasonWords& words) {
  const ReasonText& said = words.of(fate, panel);
  return {answer_of(fate.kind()), said.name, said.text};
}

std::string place_of(int pool, const PoolTable& pools) {
  const PoolSetting& setting = pools.setting(pool);
  return setting.cluster + "/" + setting.name;
}

struct Refused {
  int pool;
  const PoolFate* fate;
};

// The refusals that match, those first that came furthest through the filters: they say most.
// All are counted, only the first few kept.
struct Foremost {
  std::vector<Refused> kept;
  std::size_t count = 0;

  void add(const Refused& refused) {
    ++count;
    const auto place = std::upper_bound(
        kept.begin(), kept.end(), refused,
        [](const Refused& a, const Refused& b) { return a.fate->refused_by > b.fate->refused_by; });
    if (place == kept.end() && kept.size() >= kNamedMax) return;
    kept.insert(place, refused);
    if (kept.size() > kNamedMax) kept.pop_back();
  }
};

// What could run there but for somebody's rule makes people ask whose it is.
std::string whose_rule(const PoolFate& fate, const Panel& panel) {
  if (fate.kind() != BERTH_BY_POLICY || fate.own != PoolFate::Own::kNone) return "";
  const auto filter = static_cast<std::size_t>(fate.refused_by);
  return " (filter " + panel.filters[filter]->filter->instance() + ")";
}

// "gpu-a: needs 8 gpu, 6 free" of the first few refusals that match.
template <typename Matches>
std::string name_some(const std::vector<TierFate>& tiers, const Panel& panel,
                      const PoolTable& pools, ReasonWords& words, Matches matches) {
  Foremost foremost;
  for (const TierFate& tier : tiers) {
    for (std::uint32_t i = 0; i < tier.fates.size(); ++i) {
      const PoolFate& fate = tier.fates[i];
      if (!fate.fits() && matches(fate)) foremost.add({tier.pool_of(i), &fate});
    }
  }
  std::vector<std::string> named;
  for (const Refused& refused : foremost.kept) {
    const ReasonText& said = words.of(*refused.fate, panel);
    named.push_back(place_of(refused.pool, pools) + ": " +
                    (said.text.empty() ? said.name : said.text) + whose_rule(*refused.fate, panel));
  }
  std::string text = join(named, "; ");
  if (foremost.count > kNamedMax)
    text += "; and " + std::to_string(foremost.count - kNamedMax) + " more";
  return text;
}

bool is_away(int pool, const PoolTable& pools) {
  return pools.record(pool).cluster_state != BERTH_CLUSTER_READY;
}

std::string waiting_reason(const std::vector<TierFate>& tiers, const PoolTable& pools) {
  bool any_reserved = false;
  bool any_full = false;
  for (const TierFate& tier : tiers) {
    for (std::uint32_t i = 0; i < tier.fates.size(); ++i) {
      const PoolFate& fate = tier.fates[i];
      if (fate.kind() != BERTH_NOT_NOW) continue;
      if (fate.own == PoolFate::Own::kReserved) {
        any_reserved = true;
      } else if (!is_away(tier.pool_of(i), pools)) {
        any_full = true;
      }
    }
  }
  if (any_full) return "WaitingForCapacity";
  return any_reserved ? "BehindHigherPriority" : "ClusterOffline";
}

// All pools refuse for good. A pool that would be right but is too small says more than one that is
// wrong, so a reason of that kind names the whole.
std::string final_reason(const std::vector<TierFate>& tiers, const Panel& panel,
                         ReasonWords& words) {
  for (const TierFate& tier : tiers) {
    for (const RefusalCount& refusal : tier.refusals) {
      if (refusal.pools > 0 && words.of(refusal.example, panel).name.rfind("Exceeds", 0) == 0)
        return "ExceedsMaxCapacity";
    }
  }
  return "NoMatchingPool";
}

void add_columns(Decision& decision, const Panel& panel, bool host_speaks) {
  if (host_speaks) decision.filters.push_back("berth");
  for (const PolicyFilter* rule : panel.filters)
    decision.filters.push_back(rule->filter->instance());
  for (const PolicyScorer* rule : panel.scorers)
    decision.scorers.push_back({rule->scorer->instance(), rule->weight});
}

// One word for each filter: those before the one that refused let the pool through, those after it
// were not asked.
std::vector<FilterWord> words_of(const TierFate& tier, const PoolFate& fate, const Panel& panel,
                                 bool host_speaks, ReasonWords& words) {
  const FilterWord fits{Answer::kFits, {}, {}};
  std::vector<FilterWord> said;
  const bool is_own = fate.own != PoolFate::Own::kNone;
  if (host_speaks) said.push_back(is_own ? word_of(fate, panel, words) : fits);
  const std::size_t let_through = is_own        ? 0
                                  : fate.fits() ? tier.filters_asked
                                                : static_cast<std::size_t>(fate.refused_by);
  for (std::size_t i = 0; i < panel.filters.size(); ++i) {
    const bool is_the_refusal = !is_own && !fate.fits() && i == let_through;
    said.push_back(i < let_through  ? fits
                   : is_the_refusal ? word_of(fate, panel, words)
                                    : FilterWord{});
  }
  return said;
}

DecisionRow row_of(const TierFate& tier, const TableOrder::Row& at, const Panel& panel,
                   const PoolTable& pools, bool host_speaks, ReasonWords& words) {
  const PoolSetting& setting = pools.setting(tier.pool_of(at.index));
  DecisionRow row;
  row.tier = tier.name;
  row.cluster = setting.cluster;
  row.pool = setting.name;
  row.filters = words_of(tier, tier.fates[at.index], panel, host_speaks, words);
  if (at.survivor == TableOrder::kRefused || tier.totals.empty()) return row;
  for (const std::vector<double>& scores : tier.scores) row.scores.push_back(scores[at.survivor]);
  row.total = tier.totals[at.survivor];
  return row;
}

}  // namespace

Answer answer_of(berth_verdict_kind kind) {
  switch (kind) {
    case BERTH_FITS:
      return Answer::kFits;
    case BERTH_NOT_NOW:
      return Answer::kNotNow;
    case BERTH_NEVER:
      return Answer::kNever;
    default:
      return Answer::kByPolicy;
  }
}

void explain_refusal(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
                     const PoolTable& pools, ReasonWords& words) {
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
      for (std::uint32_t i = 0; i < tier.fates.size(); ++i) {
        if (tier.fates[i].kind() == BERTH_NOT_NOW)
          decision.waiting_pools.push_back(tier.pool_of(i));
      }
    }
    decision.reason = waiting_reason(tiers, pools);
    decision.message = name_some(tiers, panel, pools, words,
                                 [](const PoolFate& fate) { return fate.kind() == BERTH_NOT_NOW; });
    return;
  }
  decision.never = true;
  decision.reason = final_reason(tiers, panel, words);
  decision.message =
      tiers.empty() ? "no pool belongs to the project's owner or its ancestors, or is shared"
                    : name_some(tiers, panel, pools, words, [](const PoolFate&) { return true; });
}

void add_table(Decision& decision, const std::vector<TierFate>& tiers, const Panel& panel,
               const PoolTable& pools, ReasonWords& words) {
  const TableOrder order = order_table(tiers);
  add_columns(decision, panel, order.host_speaks);
  for (const TableOrder::Row& at : order.rows) {
    decision.rows.push_back(row_of(tiers[at.tier], at, panel, pools, order.host_speaks, words));
    DecisionRow& row = decision.rows.back();
    row.chosen = decision.placed && row.pool == decision.pool;
  }
  decision.rows_left_out = order.left_out;
  decision.refusals = count_refusals(tiers, panel, words);
}

std::vector<std::pair<std::string, int>> count_refusals(const std::vector<TierFate>& tiers,
                                                        const Panel& panel, ReasonWords& words) {
  std::map<std::string, int> counts;
  for (const TierFate& tier : tiers) {
    for (const RefusalCount& refusal : tier.refusals) {
      if (refusal.pools == 0) continue;
      counts[refuser_of(refusal.example, panel) + ": " + words.of(refusal.example, panel).name] +=
          refusal.pools;
    }
  }
  return {counts.begin(), counts.end()};
}

}  // namespace berth
