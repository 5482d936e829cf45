// The site's settings as they are in force: defaults filled in, nothing secret among them.
#pragma once

#include "config/site.hpp"
#include "status/json_text.hpp"

namespace berth {

Json owners_json(const Site& site);    // a list, each with what is its own [any]
Json projects_json(const Site& site);  // a list [any]
Json config_json(const Site& site);    // [any]

}  // namespace berth
