#include "scheduler/tiers.hpp"

namespace berth {

std::vector<Tier> tiers_for(const std::string& owner, const Site& site, const PoolTable& pools) {
  std::vector<Tier> tiers;
  for (const std::string& ancestor : site.lineage(owner)) {
    const std::vector<int>& owned = pools.owned_by(ancestor);
    if (owned.empty()) continue;
    tiers.push_back({ancestor == owner ? "owned" : "ancestor:" + ancestor, &owned});
  }
  const std::vector<int>& shared = pools.owned_by("");
  if (!shared.empty()) tiers.push_back({"shared", &shared});
  return tiers;
}

}  // namespace berth
