#include "config/site.hpp"

#include <gtest/gtest.h>

#include "site_text.hpp"

namespace berth {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kFleet = R"([owners.research]
title = "Research"
[owners.applied-ai]
parent = "research"
[owners.eta-team]
parent = "applied-ai"
[projects.eta]
owner = "eta-team"
[clusters.west]
backend = "local"
region = "us-west"
labels = {env = "production"}
discover_pools = true
[pools.gpu-a]
cluster = "west"
owner = "applied-ai"
price = 12.5
settings = {namespace = "ml", nodes = "gen=h"}
nodes = [{sku = "H100", count = 2, cpu = 64, memory = "512Gi", gpu = 1.5}, {cpu = "500m"}]
[pools.common]
cluster = "west"
)";

TEST(Site, SaysWhoOwnsWhatAndWhereItIs) {
  const SiteCheck check = read_after_server(kFleet);
  EXPECT_EQ(lines(check), Lines{});
  const Site& site = check.site;
  EXPECT_EQ(site.owner("research")->title, "Research");
  EXPECT_EQ(site.lineage("eta-team"), (Lines{"eta-team", "applied-ai", "research"}));
  EXPECT_EQ(site.lineage("nobody"), Lines{});
  EXPECT_EQ(site.project("eta")->owner, "eta-team");
  EXPECT_EQ(site.cluster("west")->region, "us-west");
  EXPECT_EQ(site.cluster("west")->labels.at("env"), "production");
  EXPECT_TRUE(site.cluster("west")->discover_pools);
  EXPECT_EQ(site.cluster("east"), nullptr);
  EXPECT_EQ(site.pool("common")->owner, "");
  const PoolSetting& pool = *site.pool("gpu-a");
  EXPECT_EQ(pool.owner, "applied-ai");
  EXPECT_EQ(pool.price, 12.5);
  EXPECT_EQ(pool.settings.at("namespace"), "ml");
  EXPECT_TRUE(site.pool("common")->settings.empty());
  ASSERT_EQ(pool.nodes.size(), 2u);
  EXPECT_EQ(pool.nodes[0].count, 2);
  EXPECT_EQ(pool.nodes[0].cpu_milli, 64'000);
  EXPECT_EQ(pool.nodes[0].memory_bytes, 512LL << 30);
  EXPECT_EQ(pool.nodes[0].gpu_milli, 1500);
  EXPECT_EQ(pool.nodes[1].cpu_milli, 500);
  EXPECT_EQ(pool.nodes[1].count, 1);
}

TEST(Site, TakesRelativePathsFromItsOwnFolder) {
  const TestFolder folder;
  const auto file =
      folder.write("site.toml",
                   "[server]\nstate_dir = \"run/state\"\nplugin_dir = \"../plugins\"\n"
                   "log_file = \"/var/log/berth.log\"\n");
  const ServerSettings server = read_site(file).site.server;
  EXPECT_EQ(server.state_dir, folder.path() / "run/state");
  EXPECT_EQ(server.socket, folder.path() / "run/state/control.sock");
  EXPECT_EQ(server.plugin_dir, folder.path().parent_path() / "plugins");
  EXPECT_EQ(server.log_file, "/var/log/berth.log");
}

TEST(Site, KeepsProfilesInTheOrderOfTheFile) {
  const SiteCheck check = read_after_server(R"([projects.eta]
owner = "eta-team"
[owners.eta-team]
[profiles.zulu]
match = {types = ["ray"]}
on_busy = "spill"
[profiles.alpha]
match = {projects = ["eta"]}
on_no_match = "fail"
scorers = [{plugin = "cost", weight = 0.5}]
)");
  EXPECT_EQ(lines(check), Lines{});
  const auto& profiles = check.site.profiles;
  ASSERT_EQ(profiles.size(), 3u);
  EXPECT_EQ(profiles[0].name, "zulu");
  EXPECT_EQ(profiles[0].on_busy, OnBusy::kSpill);
  EXPECT_EQ(profiles[0].filters, profiles[2].filters);
  EXPECT_EQ(profiles[1].name, "alpha");
  EXPECT_EQ(profiles[1].on_no_match, OnNoMatch::kFail);
  ASSERT_EQ(profiles[1].scorers.size(), 1u);
  EXPECT_EQ(profiles[1].scorers[0].weight, 0.5);
  EXPECT_EQ(profiles[2].name, "default");
  EXPECT_EQ(profiles[2].scorers.size(), 4u);
}

TEST(Site, HandsAPluginItsOptionsAsTheyStand) {
  const SiteCheck check = read_after_server(R"([plugins.team-sku]
plugin = "acme.team-sku"
sku = ["H100", "A100"]
headroom = 3
share = 0.5
strict = true
note = "text"
match = {types = ["ray"]}
[plugins.bare]
)");
  EXPECT_EQ(lines(check), Lines{});
  ASSERT_EQ(check.site.plugins.size(), 2u);
  const PluginSetting& plugin = check.site.plugins[0];
  EXPECT_EQ(plugin.instance, "team-sku");
  EXPECT_EQ(plugin.plugin, "acme.team-sku");
  EXPECT_EQ(plugin.line, 3);
  EXPECT_EQ(plugin.match.types, Lines{"ray"});
  EXPECT_EQ(plugin.options.size(), 5u);
  EXPECT_EQ(std::get<Lines>(plugin.options.at("sku").value), (Lines{"H100", "A100"}));
  EXPECT_EQ(std::get<std::int64_t>(plugin.options.at("headroom").value), 3);
  EXPECT_EQ(std::get<double>(plugin.options.at("share").value), 0.5);
  EXPECT_EQ(std::get<bool>(plugin.options.at("strict").value), true);
  EXPECT_EQ(std::get<std::string>(plugin.options.at("note").value), "text");
  EXPECT_EQ(plugin.options.at("note").line, 9);
  EXPECT_EQ(check.site.plugins[1].plugin, "bare");
}

struct Row {
  const char* name;
  const char* text;  // begins on line 3
  Lines problems;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows)
    EXPECT_EQ(lines(read_after_server(row.text)), row.problems) << row.name;
}

TEST(Site, TellsWhatIsNoSetting) {
  expect_rows({
      {"a section", "[plugin]", {"3: plugin: no such setting; nearest: \"plugins\""}},
      {"nothing near",
       "[zzzzzz]",
       {"3: zzzzzz: no such setting; a site file has: server, limits, retention, defaults, probes, owners, "
        "projects, clusters, pools, plugins, profiles"}},
      {"a setting", "sockt = \"x\"", {"3: server.sockt: no such setting; nearest: \"socket\""}},
      {"of a pool",
       "[clusters.w]\nbackend = \"b\"\n[pools.p]\ncluster = \"w\"\npryce = 1",
       {"7: pools.p.pryce: no such setting; nearest: \"price\""}},
      {"of a node",
       "[clusters.w]\nbackend = \"b\"\n[pools.p]\ncluster = \"w\"\nnodes = [{cuont = 1}]",
       {"7: pools.p.nodes[0].cuont: no such setting; nearest: \"count\""}},
      {"of a match",
       "[profiles.p.match]\ntype = [\"ray\"]",
       {"4: profiles.p.match.type: no such setting; nearest: \"types\""}},
  });
}

TEST(Site, TellsWhatIsOfAWrongKind) {
  expect_rows({
      {"number",
       "[limits]\nwatchers_max = \"abc\"",
       {"4: limits.watchers_max: must be a whole number, is \"abc\""}},
      {"whole number",
       "[limits]\nwatchers_max = 1.5",
       {"4: limits.watchers_max: must be a whole number, is 1.5"}},
      {"bytes",
       "[limits]\nrequest_bytes_max = \"1e9\"",
       {"4: limits.request_bytes_max: must be a quantity such as \"16Gi\" or a number of bytes, is "
        "\"1e9\""}},
      {"duration",
       "[probes]\nlost_after = 300",
       {"4: probes.lost_after: must be a duration such as \"30s\" or \"1h30m\", is 300"}},
      {"text", "log_file = true", {"3: server.log_file: must be text, is true"}},
      {"path", "log_file = \"\"", {"3: server.log_file: must be a path, is \"\""}},
      {"choice",
       "log_level = \"warn\"",
       {"3: server.log_level: must be one of debug, info, warning, error; is \"warn\""}},
      {"list", "admins = \"maria\"", {"3: server.admins: must be a list of text, is \"maria\""}},
      {"an item", "admins = [\"maria\",\n  7]", {"4: server.admins[1]: must be text, is 7"}},
      {"an item twice",
       "admins = [\"a\", \"b\", \"a\"]",
       {"3: server.admins[2]: \"a\" stands twice"}},
      {"a date", "log_file = 2026-01-01", {"3: server.log_file: must be text, is a date or time"}},
      {"a section", "[limits]\n[owners]\nx = 3", {"5: owners.x: must be a table, is 3"}},
      {"a flag",
       "[clusters.w]\nbackend = \"b\"\ndiscover_pools = \"yes\"",
       {"5: clusters.w.discover_pools: must be true or false, is \"yes\""}},
      {"labels",
       "[clusters.w]\nbackend = \"b\"\nlabels = [\"x\"]",
       {"5: clusters.w.labels: must be a table of text such as {gen = \"h\"}, is a list"}},
      {"a label",
       "[clusters.w]\nbackend = \"b\"\nlabels = {gen = 3}",
       {"5: clusters.w.labels.gen: must be text, is 3"}},
      {"scorers",
       "[profiles.default]\nscorers = [\"cost\"]",
       {"4: profiles.default.scorers[0]: must be a table, is \"cost\""}},
      {"an option",
       "[plugins.p]\na = {b = 1}",
       {"4: plugins.p.a: must be text, a number, true or false, or a list of text; is a table"}},
      {"a pin",
       "[plugins.p]\nsha256 = \"abc\"",
       {"4: plugins.p.sha256: must be 64 hexadecimal digits in lower case, as sha256sum prints "
        "them"}},
  });
}

TEST(Site, TellsWhatIsOutOfRange) {
  expect_rows({
      {"too small", "io_threads = 0", {"3: server.io_threads: must be 1 or more, is 0"}},
      {"too large", "io_threads = 65", {"3: server.io_threads: must be at most 64, is 65"}},
      {"bytes",
       "[limits]\nrequest_bytes_max = \"2Gi\"",
       {"4: limits.request_bytes_max: must be at most 1Gi, is \"2Gi\""}},
      {"duration",
       "[probes]\nhealth_every = \"1ms\"",
       {"4: probes.health_every: must be 100ms or more, is \"1ms\""}},
      {"weight",
       "[profiles.default]\nscorers = [{plugin = \"a\"}, {plugin = \"b\"},\n"
       "{plugin = \"c\", weight = -1}]",
       {"5: profiles.default.scorers[2]: weight must be 0 or more, is -1"}},
      {"not a number",
       "[profiles.default]\nscorers = [{plugin = \"a\", weight = nan}]",
       {"4: profiles.default.scorers[0]: weight must be a number, is nan"}},
      {"a node",
       "[clusters.w]\nbackend = \"b\"\n[pools.p]\ncluster = \"w\"\n"
       "nodes = [{cpu = -1, gpu = 9223372036854775807}]",
       {"7: pools.p.nodes[0]: cpu must be 0 or more, is -1",
        "7: pools.p.nodes[0]: gpu must be at most 1000000, is 9223372036854775807"}},
      {"a socket's path",
       "socket = \"/a23456789b123456789c123456789d123456789e123456789f123456789"
       "g123456789h123456789i123456789j123456789k1234567\"",
       {"3: server.socket: a Unix socket's path has at most 107 bytes, this one has 108: "
        "/a23456789b123456789c123456789d123456789e123456789f123456789"
        "g123456789h123456789i123456789j123456789k1234567"}},
  });
}

TEST(Site, TellsWhatIsMissing) {
  expect_rows({
      {"of a project", "[projects.eta]", {"3: projects.eta.owner: is required"}},
      {"of a cluster", "[clusters.w]", {"3: clusters.w.backend: is required"}},
      {"of a pool", "[pools.p]", {"3: pools.p.cluster: is required"}},
      {"of a scorer",
       "[profiles.p]\nscorers = [{weight = 1}]",
       {"4: profiles.p.scorers[0]: plugin is required"}},
  });
  const TestFolder folder;
  EXPECT_EQ(lines(read_site(folder.write("site.toml", ""))),
            Lines{"0: server.state_dir: is required"});
}

TEST(Site, TellsWhatPointsNowhere) {
  expect_rows({
      {"parent",
       "[owners.applied-ai]\n[owners.x]\nparent = \"aplied-ai\"",
       {"5: owners.x.parent: no owner \"aplied-ai\"; nearest: \"applied-ai\""}},
      {"owner of a project",
       "[projects.eta]\nowner = \"nobody\"",
       {"4: projects.eta.owner: no owner \"nobody\""}},
      {"owner of a pool",
       "[clusters.w]\nbackend = \"b\"\n[pools.p]\ncluster = \"w\"\nowner = \"shard\"",
       {"7: pools.p.owner: no owner \"shard\"; nearest: \"shared\""}},
      {"cluster of a pool",
       "[clusters.west]\nbackend = \"b\"\n[pools.p]\ncluster = \"wset\"",
       {"6: pools.p.cluster: no cluster \"wset\"; nearest: \"west\""}},
      {"match",
       "[plugins.p.match]\nprojects = [\"eta\"]\nowners = [\"x\"]",
       {"4: plugins.p.match.projects[0]: no project \"eta\"",
        "5: plugins.p.match.owners[0]: no owner \"x\""}},
      {"profile",
       "[defaults]\nprofile = \"defualt\"",
       {"4: defaults.profile: no profile \"defualt\"; nearest: \"default\""}},
      {"reason",
       "[defaults]\nretry_on = [\"NodeLost\",\n\"NodLost\"]",
       {"5: defaults.retry_on[1]: no reason \"NodLost\"; nearest: \"NodeLost\""}},
  });
}

TEST(Site, TellsWhatCannotBe) {
  const std::string pins = "[plugins.a]\nplugin = \"x\"\nsha256 = \"" + std::string(64, 'a') +
                           "\"\n[plugins.b]\nplugin = \"x\"\nsha256 = \"" + std::string(64, 'b') +
                           "\"\n";
  expect_rows({
      {"its own parent",
       "[owners.a]\nparent = \"a\"",
       {"4: owners.a.parent: owners must form a tree, but go round: a -> a"}},
      {"a round of three, and one below it",
       "[owners.a]\nparent = \"b\"\n[owners.b]\nparent = \"c\"\n[owners.c]\nparent = \"a\"\n"
       "[owners.d]\nparent = \"a\"",
       {"4: owners.a.parent: owners must form a tree, but go round: a -> b -> c -> a"}},
      {"an owner called shared",
       "[owners.shared]",
       {"3: owners.shared: \"shared\" is what pools without an owner say; take another name"}},
      {"a name with a space",
       "[owners.\"a b\"]",
       {"3: owners.a b: \"a b\" must be a name (at most 63 of letters, digits, \"-\", \"_\" and "
        "\".\", a letter or digit first)"}},
      {"a filter twice",
       "[profiles.p]\nfilters = [\"a\",\n\"a\"]",
       {"5: profiles.p.filters[1]: \"a\" stands twice"}},
      {"a scorer twice",
       "[profiles.p]\nscorers = [{plugin = \"a\"},\n{plugin = \"a\"}]",
       {"5: profiles.p.scorers[1].plugin: \"a\" stands twice"}},
      {"TCP at a name",
       "[server.tcp]\nlisten = \"localhost:7077\"",
       {"4: server.tcp.listen: must be an IP address and a port such as \"127.0.0.1:7077\" or "
        "\"[::1]:7077\", is \"localhost:7077\""}},
      {"TCP for others without TLS",
       "[server.tcp]\nlisten = \"0.0.0.0:7077\"",
       {"3: server.tcp.certificate: is required where others than this machine can connect, and "
        "0.0.0.0:7077 is such a place; without one listen on 127.0.0.1"}},
      {"half of TLS",
       "[server.tcp]\nlisten = \"[::]:7077\"\ncertificate = \"a.crt\"",
       {"3: server.tcp.key: is required beside a certificate"}},
      {"known clients without TLS",
       "[server.tcp]\nlisten = \"127.0.0.1:7077\"\nclient_ca = \"ca.crt\"",
       {"5: server.tcp.client_ca: has a meaning only beside a certificate and its key"}},
      {"two pins of one plugin",
       pins.c_str(),
       {"8: plugins.b.sha256: is another than that of plugins.a, which is the same plugin"}},
  });
}

TEST(Site, TellsWhereItIsNoToml) {
  const Row rows[] = {
      {"no value", "x = ", {"3: Error while parsing key-value pair: encountered end-of-file"}},
      {"a key twice",
       "socket = \"a\"\nsocket = \"b\"",
       {"4: Error while parsing key-value pair: cannot redefine existing string 'socket'"}},
  };
  for (const Row& row : rows)
    EXPECT_EQ(lines(read_after_server(row.text)), row.problems) << row.name;
  EXPECT_EQ(read_after_server("x = \"\xff\"").problems.size(), 1u);
}

TEST(Site, TellsEverythingAtOnceInTheOrderOfLines) {
  const TestFolder folder;
  const auto file = folder.write("site.toml", R"([server]
state_dir = "s"
[profiles.default]
scorers = [{plugin = "cost", weight = -1}]
[projects.eta]
owner = "nobody"
[limits]
watchers_max = 0
)");
  const std::string name = file.string();
  EXPECT_EQ(problems_text(read_site(file)),
            name + ":4: profiles.default.scorers[0]: weight must be 0 or more, is -1\n" +  //
                name + ":6: projects.eta.owner: no owner \"nobody\"\n" + name +
                ":8: limits.watchers_max: must be 1 or more, is 0\n" +
                "3 errors; nothing was changed\n");
}

TEST(Site, WithoutProblemsHasNothingToTell) { EXPECT_EQ(problems_text(SiteCheck{}), ""); }

}  // namespace
}  // namespace berth
