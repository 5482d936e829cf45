#include <nlohmann/json.hpp>

#include "control/ask_loop.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "status/plugin_json.hpp"
#include "status/site_json.hpp"

namespace berth {

void list_owners(Control& control, SharedCall, Respond answer) {
  ask_loop(
      control, [](Engine& engine) { return engine.pools(); },
      [&site = control.site, answer = std::move(answer)](const std::vector<PoolView>& pools) {
        answer(json_response({{"owners", owners_json(site, pools)}}));
      });
}

void list_projects(Control& control, SharedCall, Respond answer) {
  answer(json_response({{"projects", projects_json(control.site)}}));
}

void list_plugins(Control& control, SharedCall, Respond answer) {
  Json list = Json::array();
  for (const PluginStatus& plugin : control.plugins()) list.push_back(plugin_json(plugin));
  answer(json_response({{"plugins", std::move(list)}}));
}

void show_config(Control& control, SharedCall, Respond answer) {
  answer(json_response(config_json(control.site)));
}

}  // namespace berth
