#include "status/plugin_json.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

Json options_json(const std::vector<PluginOption>& options) {
  Json list = Json::array();
  for (const PluginOption& option : options) {
    Json row{{"name", option.name}, {"type", option.type}, {"required", !option.fallback}};
    if (option.fallback) row["default"] = *option.fallback;
    row["help"] = option.help;
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace

Json plugin_json(const PluginStatus& plugin) {
  return {{"id", plugin.id},
          {"kind", plugin.kind},
          {"version", plugin.version},
          {"summary", plugin.summary},
          {"loaded", plugin.loaded},
          {"state", plugin.state},
          {"file", plugin.file},
          {"sha256", plugin.sha256},
          {"options", options_json(plugin.options)},
          {"instances", plugin.instances},
          {"calls", plugin.calls},
          {"faults", plugin.faults},
          {"median_ns", plugin.median_ns}};
}

}  // namespace berth
