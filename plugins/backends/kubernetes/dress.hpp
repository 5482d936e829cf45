// From what a job type rendered to the objects that are created: whose they are, where they run,
// and what the site gives to those that do not say.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "attempt_identity.hpp"
#include "pool_settings.hpp"

namespace berth {

// In a site's pod template: the main container of every pod, whatever it is called.
inline constexpr std::string_view kEveryMain = "*";

// Says by path what cannot be.
struct BadWorkload : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct DressedWorkload {
  nlohmann::json object;
  std::vector<nlohmann::json> secrets;
};

// `order`: of the call `launch`. Throws BadWorkload. [any]
DressedWorkload dress(const nlohmann::json& order, const Identity& identity, const PlacedPool& pool,
                      const SiteDefaults& site);

}  // namespace berth
