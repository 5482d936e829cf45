#include "plugins/catalog.hpp"

#include <gtest/gtest.h>

#include "plugin_folder.hpp"

namespace berth {
namespace {

PluginSetting a_setting(const std::string& instance) {
  PluginSetting setting;
  setting.instance = instance;
  return setting;
}

TEST(Catalog, SaysWhatEachPluginIsAndWhichOptionsItHas) {
  PluginFolder folder;
  folder.add_test("chatty", "chatty.so");
  const auto catalog = folder.load();
  const auto known = catalog->known();
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].id, "test.chatty");
  EXPECT_EQ(known[0].kind, "filter");
  ASSERT_EQ(known[0].options.size(), 4U);
  EXPECT_EQ(known[0].options[0].name, "greeting");
  EXPECT_EQ(known[0].options[0].type, "text");
  EXPECT_TRUE(known[0].options[0].required);
  EXPECT_EQ(known[0].options[1].type, "list");
  EXPECT_EQ(known[0].options[2].type, "bytes");
  EXPECT_FALSE(known[0].options[2].required);
  EXPECT_EQ(known[0].options[3].type, "path");
}

TEST(Catalog, AsksInstancesWhatIsWrongWithWhatTheirOptionsName) {
  PluginFolder folder;
  folder.add_test("chatty", "chatty.so");
  folder.add_flawed("sound");
  const auto catalog = folder.load();
  SiteCheck check;
  const auto add = [&check](const std::string& name, const std::string& greeting,
                            const std::string& notes) {
    PluginSetting setting = a_setting(name);
    setting.plugin = "test.chatty";
    setting.line = static_cast<int>(check.site.plugins.size()) + 1;
    if (!greeting.empty()) setting.options["greeting"] = {greeting, setting.line};
    if (!notes.empty()) setting.options["notes"] = {notes, setting.line};
    check.site.plugins.push_back(setting);
  };
  add("good", "hello", "/");
  add("lost", "hello", "/no/such/file");
  add("throws", "throw", "");
  add("silent", "", "");
  check.site.plugins.push_back(a_setting("other"));
  check.site.plugins.back().plugin = "sound";
  catalog->try_instances(check);
  std::vector<std::string> said;
  for (const SiteProblem& each : check.problems)
    said.push_back(std::to_string(each.line) + ": " + each.message);
  EXPECT_EQ(said, (std::vector<std::string>{
                      "2: plugins.lost: there is no /no/such/file",
                      "2: plugins.lost: so there is less to say",
                      "3: plugins.throws: failed while it looked at its options",
                      "4: plugins.silent.greeting: must be set: what it says"}));
}

TEST(Catalog, MakesInstancesWithTheSitesOptions) {
  PluginFolder folder;
  folder.add_test("chatty", "chatty.so");
  const auto catalog = folder.load();
  PluginSetting setting = a_setting("mine");
  setting.options["greeting"] = {std::string("hello"), 3};
  setting.options["floor"] = {std::string("4Gi"), 4};
  const auto filter = catalog->make_filter("test.chatty", &setting);
  ASSERT_TRUE(filter) << filter.error().message;
  EXPECT_EQ((*filter)->instance(), "mine");
  EmptyBatch batch(2);
  ASSERT_TRUE((*filter)->filter(batch.record, batch.verdicts.data()));
  EXPECT_EQ((*filter)->explain(batch.verdicts[1]).text, "leaves 4Gi alone");
  EXPECT_NE(catalog->interns().look_up("A100"), BERTH_ID_UNKNOWN);
}

TEST(Catalog, CountsTheCallsOfTheInstancesThatAreThere) {
  PluginFolder folder;
  folder.add_flawed("sound");
  const auto catalog = folder.load();
  const PluginSetting first = a_setting("first"), second = a_setting("second");
  const auto one = catalog->make_filter("sound", &first);
  EmptyBatch batch(1);
  {
    const auto two = catalog->make_filter("sound", &second);
    (*one)->filter(batch.record, batch.verdicts.data());
    (*two)->filter(batch.record, batch.verdicts.data());
    const PluginStatus row = row_of(*catalog, "sound.so");
    EXPECT_EQ(row.instances, (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(row.calls, 2);
    EXPECT_GT(row.median_ns, 0);
  }
  EXPECT_EQ(row_of(*catalog, "sound.so").instances, std::vector<std::string>{"first"});
}

TEST(Catalog, LetsInstancesOutliveIt) {
  PluginFolder folder;
  folder.add_flawed("sound");
  auto catalog = folder.load();
  const auto filter = catalog->make_filter("sound", nullptr);
  catalog.reset();
  EmptyBatch batch(1);
  EXPECT_TRUE((*filter)->filter(batch.record, batch.verdicts.data()));
}

struct Mistake {
  const char* id;
  const char* said;
};

TEST(Catalog, SaysWhyAnInstanceCannotBeMade) {
  PluginFolder folder;
  for (const char* flaw : {"sound", "create_fails", "wild_scores", "wrong_major"})
    folder.add_flawed(flaw);
  folder.add_test("chatty", "chatty.so");
  const auto catalog = folder.load();
  const Mistake mistakes[] = {
      {"soundd", "no filter plugin \"soundd\" is installed; nearest: \"sound\""},
      {"wild_scores", "the plugin \"wild_scores\" is a scorer, not a filter"},
      {"create_fails", "could not be made: the moon is in the wrong phase"},
      {"test.chatty", "greeting: must be set: what it says"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto filter = catalog->make_filter(mistake.id, nullptr);
    ASSERT_FALSE(filter) << mistake.id;
    EXPECT_EQ(filter.error().code, "PluginFailed");
    EXPECT_NE(filter.error().message.find(mistake.said), std::string::npos)
        << filter.error().message;
  }
}

TEST(Catalog, HoldsAnInstanceToItsPin) {
  PluginFolder folder;
  folder.add_flawed("sound");
  const auto catalog = folder.load();
  PluginSetting setting = a_setting("mine");
  setting.sha256 = std::string(64, 'f');
  EXPECT_FALSE(catalog->make_filter("sound", &setting));
  setting.sha256 = row_of(*catalog, "sound.so").sha256;
  EXPECT_TRUE(catalog->make_filter("sound", &setting));
}

TEST(Catalog, RunsAPluginWrittenInPlainC) {
  PluginFolder folder;
  folder.add_test("c_filter", "c_filter.so");
  const auto catalog = folder.load();
  const PluginStatus row = row_of(*catalog, "c_filter.so");
  ASSERT_EQ(row.state, "loaded");
  PluginSetting setting = a_setting("headroom");
  setting.options["headroom"] = {std::int64_t{2}, 1};
  const auto filter = catalog->make_filter(row.id, &setting);
  ASSERT_TRUE(filter) << filter.error().message;

  const berth_job job{.size = sizeof job, .gpu_milli = 4000};
  const berth_pool small{.size = sizeof small, .gpu_free_milli = 5000};
  const berth_pool large{.size = sizeof large, .gpu_free_milli = 6000};
  const berth_pool* const pools[] = {&small, &large};
  const berth_batch batch{sizeof batch, &job, pools, 2};
  berth_verdict verdicts[2];
  ASSERT_TRUE((*filter)->filter(batch, verdicts));
  EXPECT_EQ(verdicts[0].kind, BERTH_NOT_NOW);
  EXPECT_EQ(verdicts[0].want, 6000);
  EXPECT_EQ(verdicts[1].kind, BERTH_FITS);
}

TEST(HostServices, CountWhatPluginsCount) {
  const auto services = std::make_shared<HostServices>();
  const berth_host* const host = services->host_for("mine");
  const std::uint32_t metric = host->metric(host->context, {"asked", 5}, {"how often", 9});
  host->count(host->context, metric, 2);
  host->count(host->context, metric, 0.5);
  host->count(host->context, 0, 100);
  host->count(host->context, 77, 100);
  ASSERT_EQ(services->metrics().size(), 1U);
  EXPECT_EQ(services->metrics()[0].instance, "mine");
  EXPECT_EQ(services->metrics()[0].name, "asked");
  EXPECT_EQ(services->metrics()[0].value, 2.5);
}

TEST(Interns, GiveNoIdsWhenTheTableIsFull) {
  Interns interns(2);
  const berth_id one = interns.add("one");
  interns.add("two");
  EXPECT_EQ(interns.add("three"), BERTH_ID_ABSENT);
  EXPECT_EQ(interns.add("one"), one);
  EXPECT_EQ(interns.look_up("three"), BERTH_ID_UNKNOWN);
  EXPECT_EQ(interns.look_up(""), BERTH_ID_ABSENT);
}

}  // namespace
}  // namespace berth
