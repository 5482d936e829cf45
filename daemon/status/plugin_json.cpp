#include "status/plugin_json.hpp"

#include <nlohmann/json.hpp>

namespace berth {

Json plugin_json(const PluginStatus& plugin) {
  return {{"id", plugin.id},           {"kind", plugin.kind},     {"version", plugin.version},
          {"summary", plugin.summary}, {"loaded", plugin.loaded}, {"state", plugin.state},
          {"file", plugin.file},       {"sha256", plugin.sha256}, {"instances", plugin.instances},
          {"calls", plugin.calls},     {"faults", plugin.faults}, {"median_ns", plugin.median_ns}};
}

}  // namespace berth
