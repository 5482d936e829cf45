// The site's rules of placement with their plugins made: which filters and scorers, for whom.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "plugins/filter.hpp"

namespace berth {

struct PolicyFilter {
  std::shared_ptr<Filter> filter;
  Match match;  // jobs it is asked about; others pass
};

struct PolicyScorer {
  std::shared_ptr<Scorer> scorer;
  double weight = 1;
  Match match;  // others score 0
};

struct Profile {
  std::string name;
  std::vector<PolicyFilter> filters;
  std::vector<PolicyScorer> scorers;
  OnBusy on_busy = OnBusy::kWait;
  OnNoMatch on_no_match = OnNoMatch::kWait;
  Match match;
};

struct Policy {
  std::int64_t generation = 1;
  std::vector<Profile> profiles;  // the first that matches; the one named `fallback` matches the rest
  std::string fallback = "default";
};

}  // namespace berth
