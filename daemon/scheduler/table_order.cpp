#include "scheduler/table_order.hpp"

#include <algorithm>
#include <numeric>

namespace berth {
namespace {

constexpr std::size_t kRowsMax = 64;

// The best survivors of a tier, at most `most`. Equal ones stand in the order of names.
std::vector<std::size_t> best_survivors(const TierFate& tier, std::size_t most) {
  std::vector<std::size_t> order(tier.survivors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (tier.totals.size() != order.size()) {  // never scored
    order.resize(std::min(order.size(), most));
    return order;
  }
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), most));
  std::partial_sort(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) {
    return tier.totals[a] != tier.totals[b] ? tier.totals[a] > tier.totals[b] : a < b;
  });
  order.erase(end, order.end());
  return order;
}

void add_refused(TableOrder& order, const TierFate& tier, std::size_t number, std::size_t most) {
  for (std::uint32_t index = 0; index < tier.fates.size() && most > 0; ++index) {
    if (tier.fates[index].fits()) continue;
    order.host_speaks |= tier.fates[index].own != PoolFate::Own::kNone;
    order.rows.push_back({number, index, TableOrder::kRefused});
    --most;
  }
}

}  // namespace

TableOrder order_table(const std::vector<TierFate>& tiers) {
  TableOrder order;
  std::size_t survivors = 0;
  std::size_t pools = 0;
  for (const TierFate& tier : tiers) {
    survivors += tier.survivors.size();
    pools += tier.fates.size();
  }
  std::size_t refused_left = kRowsMax - std::min(survivors, kRowsMax);
  for (std::size_t number = 0; number < tiers.size(); ++number) {
    const TierFate& tier = tiers[number];
    for (const std::size_t survivor : best_survivors(tier, kRowsMax - order.rows.size()))
      order.rows.push_back({number, tier.survivors[survivor], survivor});
    const std::size_t before = order.rows.size();
    add_refused(order, tier, number, refused_left);
    refused_left -= order.rows.size() - before;
  }
  order.left_out = static_cast<int>(pools - order.rows.size());
  return order;
}

}  // namespace berth
