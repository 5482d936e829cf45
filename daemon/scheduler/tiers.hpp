// Candidate pools, nearest owner first.
#pragma once

#include <string>
#include <vector>

#include "config/site.hpp"
#include "fleet/pool_table.hpp"

namespace berth {

struct Tier {
  std::string name;                         // "owned", "ancestor:ID" or "shared"
  const std::vector<int>* pools = nullptr;  // the table's own list, in the order of names
};

// Pools of `owner`, then of its ancestors, then the shared ones; tiers without pools are left out.
std::vector<Tier> tiers_for(const std::string& owner, const Site& site, const PoolTable& pools);

}  // namespace berth
