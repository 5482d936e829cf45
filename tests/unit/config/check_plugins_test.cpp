// A site held to the plugins that are installed.
#include <gtest/gtest.h>

#include <map>

#include "config/site.hpp"
#include "site_text.hpp"

namespace berth {
namespace {

using Lines = std::vector<std::string>;

const std::vector<KnownPlugin> kInstalled{
    {"capacity", "filter", {}},
    {"cost", "scorer", {}},
    {"local", "backend", {{"slots", "integer", false}}},
    {"acme.team-sku", "filter", {{"sku", "list", true}, {"headroom", "quantity", false}}},
    {"acme.all",
     "scorer",
     {{"a_text", "text", false},
      {"an_integer", "integer", false},
      {"a_number", "number", false},
      {"a_boolean", "boolean", false},
      {"a_quantity", "quantity", false},
      {"some_bytes", "bytes", false},
      {"a_duration", "duration", false},
      {"a_list", "list", false},
      {"a_path", "path", false}}},
};

// Line 3 is the first of `text`; the profile that a site has anyway is replaced by one that fits.
Lines check(const std::string& text) {
  SiteCheck read = read_after_server(
      text + "\n[profiles.default]\nfilters = [\"capacity\"]\nscorers = [{plugin = \"cost\"}]\n");
  EXPECT_EQ(lines(read), Lines{}) << text;
  check_plugins(read, kInstalled);
  return lines(read);
}

TEST(CheckPlugins, FindsNothingWrongWithWhatFits) {
  EXPECT_EQ(
      check("[plugins.team-sku]\nplugin = \"acme.team-sku\"\nsku = [\"H100\"]\nheadroom = 1.5\n"
            "[profiles.p]\nfilters = [\"team-sku\"]\nscorers = [{plugin = \"acme.all\"}]\n"
            "[plugins.own]\nplugin = \"local\"\nslots = 3\n"
            "[clusters.west]\nbackend = \"own\"\n[clusters.east]\nbackend = \"local\""),
      Lines{});
}

struct Row {
  const char* name;
  const char* text;
  Lines problems;
};

TEST(CheckPlugins, TellsWhatIsNotInstalled) {
  const Row rows[] = {
      {"a plugin by id",
       "[plugins.x]\nplugin = \"acme.team-skuu\"",
       {"4: plugins.x.plugin: no plugin \"acme.team-skuu\"; nearest: \"acme.team-sku\""}},
      {"a plugin by instance",
       "[plugins.capcity]",
       {"3: plugins.capcity: no plugin \"capcity\"; nearest: \"capacity\""}},
      {"nothing near",
       "[plugins.zzzzzz]",
       {"3: plugins.zzzzzz: no plugin \"zzzzzz\"; `berth plugin list` shows what is installed"}},
      {"a backend",
       "[clusters.w]\nbackend = \"locla\"",
       {"4: clusters.w.backend: no backend \"locla\"; nearest: \"local\""}},
      {"a filter",
       "[profiles.p]\nfilters = [\"capacity\",\n\"capcity\"]\nscorers = []",
       {"5: profiles.p.filters[1]: no filter \"capcity\"; nearest: \"capacity\""}},
      {"a scorer",
       "[profiles.p]\nfilters = []\nscorers = [{plugin = \"csot\"}]",
       {"5: profiles.p.scorers[0].plugin: no scorer \"csot\"; nearest: \"cost\""}},
      {"an instance of nothing is said once",
       "[plugins.x]\nplugin = \"zzzzzz\"\n[profiles.p]\nfilters = [\"x\"]\nscorers = []",
       {"4: plugins.x.plugin: no plugin \"zzzzzz\"; `berth plugin list` shows what is installed"}},
  };
  for (const Row& row : rows) EXPECT_EQ(check(row.text), row.problems) << row.name;
}

TEST(CheckPlugins, TellsWhatIsOfAWrongKindForItsPlace) {
  const Row rows[] = {
      {"scorer as filter",
       "[profiles.p]\nfilters = [\"cost\"]\nscorers = []",
       {"4: profiles.p.filters[0]: must be a filter, but \"cost\" is a scorer"}},
      {"filter as backend",
       "[clusters.w]\nbackend = \"capacity\"",
       {"4: clusters.w.backend: must be a backend, but \"capacity\" is a filter"}},
      {"instance as scorer",
       "[plugins.c]\nplugin = \"capacity\"\n[profiles.p]\nfilters = []\nscorers = [{plugin = "
       "\"c\"}]",
       {"7: profiles.p.scorers[0].plugin: must be a scorer, but \"c\" is a filter"}},
      {"without its options",
       "[profiles.p]\nfilters = [\"acme.team-sku\"]\nscorers = []",
       {"4: profiles.p.filters[0]: acme.team-sku needs the option \"sku\"; give it in "
        "[plugins.NAME] and write that NAME here"}},
  };
  for (const Row& row : rows) EXPECT_EQ(check(row.text), row.problems) << row.name;
}

TEST(CheckPlugins, HoldsOptionsToThePluginsTable) {
  const Row rows[] = {
      {"unknown",
       "[plugins.team-sku]\nplugin = \"acme.team-sku\"\nsku = []\nheadrom = 3",
       {"6: plugins.team-sku.headrom: no such option; acme.team-sku has: sku, headroom"}},
      {"unknown of none",
       "[plugins.capacity]\nx = 1",
       {"4: plugins.capacity.x: no such option; capacity has none"}},
      {"required",
       "[plugins.team-sku]\nplugin = \"acme.team-sku\"",
       {"3: plugins.team-sku.sku: is required, must be a list of text"}},
      {"text", "[plugins.\"acme.all\"]\na_text = 1", {"4: plugins.acme.all.a_text: must be text"}},
      {"integer",
       "[plugins.\"acme.all\"]\nan_integer = 1.5",
       {"4: plugins.acme.all.an_integer: must be a whole number"}},
      {"number",
       "[plugins.\"acme.all\"]\na_number = \"1\"",
       {"4: plugins.acme.all.a_number: must be a number"}},
      {"boolean",
       "[plugins.\"acme.all\"]\na_boolean = 1",
       {"4: plugins.acme.all.a_boolean: must be true or false"}},
      {"quantity",
       "[plugins.\"acme.all\"]\na_quantity = -1",
       {"4: plugins.acme.all.a_quantity: must be a quantity such as 4 or \"500m\""}},
      {"bytes",
       "[plugins.\"acme.all\"]\nsome_bytes = \"16gb\"",
       {"4: plugins.acme.all.some_bytes: must be a quantity such as \"16Gi\""}},
      {"duration",
       "[plugins.\"acme.all\"]\na_duration = 30",
       {"4: plugins.acme.all.a_duration: must be a duration such as \"30m\""}},
      {"list",
       "[plugins.\"acme.all\"]\na_list = \"x\"",
       {"4: plugins.acme.all.a_list: must be a list of text"}},
      {"path",
       "[plugins.\"acme.all\"]\na_path = 3",
       {"4: plugins.acme.all.a_path: must be a path"}},
      {"all of them right",
       "[plugins.\"acme.all\"]\na_text = \"x\"\nan_integer = 1\na_number = 2\na_boolean = false\n"
       "a_quantity = \"500m\"\nsome_bytes = 1024\na_duration = \"30m\"\na_list = [\"x\"]\n"
       "a_path = \"x\"",
       {}},
  };
  for (const Row& row : rows) EXPECT_EQ(check(row.text), row.problems) << row.name;
}

TEST(CheckPlugins, LetsPathsStartFromTheFolderOfTheSiteFile) {
  for (const auto& [written, passed] : std::map<std::string, std::string>{
           {"", ""}, {"/etc/x", "/etc/x"}, {"a/b", "/srv/site/a/b"}, {"../c", "/srv/c"}}) {
    SiteCheck read = read_after_server("[plugins.\"acme.all\"]\na_path = \"" + written + "\"\n");
    read.site.file = "/srv/site/site.toml";
    check_plugins(read, kInstalled);
    EXPECT_EQ(std::get<std::string>(read.site.plugins[0].options["a_path"].value), passed);
  }
}

TEST(CheckPlugins, SaysThatNoneAreInstalled) {
  SiteCheck read = read_after_server("[profiles.default]\nfilters = [\"capacity\"]\nscorers = []");
  check_plugins(read, {});
  EXPECT_EQ(lines(read), Lines{"4: profiles.default.filters[0]: no filter \"capacity\"; no plugins "
                               "are installed"});
}

}  // namespace
}  // namespace berth
