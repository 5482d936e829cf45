// A row of `berth plugin list`.
#pragma once

#include "plugins/catalog.hpp"
#include "status/json_text.hpp"

namespace berth {

Json plugin_json(const PluginStatus& plugin);  // [any]

}  // namespace berth
