#include "status/site_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "config/schema.hpp"

namespace berth {
namespace {

TEST(SiteJson, ShowsWhatIsAnOwnersOwn) {
  Site site;
  site.owners = {{"research", "", ""}, {"eta-team", "research", "ETA"}};
  site.projects = {{"eta", "eta-team"}};
  PoolView pool;
  pool.name = "gpu-a";
  pool.cluster = "west";
  pool.owner = "eta-team";
  const Json owners = owners_json(site, {pool});
  EXPECT_EQ(owners[1]["parent"], "research");
  EXPECT_EQ(owners[1]["projects"][0], "eta");
  EXPECT_EQ(owners[1]["pools"][0], "west/gpu-a");
  EXPECT_TRUE(owners[0]["projects"].empty());
}

TEST(SiteJson, NamesAPluginsOptionsButNotTheirValues) {
  Site site;
  PluginSetting plugin;
  plugin.instance = "watcher";
  plugin.plugin = "watcher";
  plugin.options["password"] = {std::string("hunter2"), 1};
  site.plugins = {plugin};
  const std::string text = json_text(config_json(site));
  EXPECT_NE(text.find("password"), std::string::npos);
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
}

// "lost_after" is shown as "lost_after_ms".
TEST(SiteJson, ShowsEverySettingOfTheSectionsThatAreTables) {
  Json config = config_json(Site{});
  config["server.tcp"] = config["server"]["tcp"];
  for (const Setting& setting : all_settings()) {
    const std::string scope(setting.scope), name(setting.name);
    if (!config.contains(scope) || !config[scope].is_object()) continue;
    const std::string unit = setting.type == SettingType::kDuration ? "_ms" : "";
    EXPECT_TRUE(config[scope].contains(name + unit)) << scope << "." << name;
  }
  for (const char* section : {"server", "server.tcp", "limits", "retention", "defaults", "probes"})
    EXPECT_TRUE(config.contains(section)) << section;
}

}  // namespace
}  // namespace berth
