// Candidate pools, nearest owner first.
#pragma once

#include <string>
#include <vector>

#include "config/site.hpp"
#include "fleet/pool_table.hpp"

namespace berth {

struct Tier {
  std::string name;        // "owned", "ancestor:ID" or "shared"
  std::vector<int> pools;  // in the order of names
};

// Pools of `owner`, then of its ancestors, then the shared ones; tiers without pools are left out.
std::vector<Tier> tiers_for(const std::string& owner, const Site& site, const PoolTable& pools);

}  // namespace berth
