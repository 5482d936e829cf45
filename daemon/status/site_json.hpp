// The site's settings as they are in force: defaults filled in, nothing secret among them.
#pragma once

#include <vector>

#include "config/site.hpp"
#include "fleet/views.hpp"
#include "status/json_text.hpp"

namespace berth {

// A list, each with what is its own; `pools` are those that there are, discovered ones too. [any]
Json owners_json(const Site& site, const std::vector<PoolView>& pools);
Json projects_json(const Site& site);  // a list [any]
Json config_json(const Site& site);    // [any]

}  // namespace berth
