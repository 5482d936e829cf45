// The site's profiles with their filters and scorers made.
#pragma once

#include "base/error.hpp"
#include "config/site.hpp"
#include "plugins/catalog.hpp"
#include "scheduler/policy.hpp"

namespace berth {

// The site's setting of an instance, or null when `name` is a plugin's own id.
const PluginSetting* setting_named(const Site& site, const std::string& name);

// An instance that several profiles name is made once. Errors: those of the catalog.
Result<Policy> make_policy(const Site& site, Catalog& catalog);

}  // namespace berth
