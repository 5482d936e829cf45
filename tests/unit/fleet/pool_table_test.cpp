#include "fleet/pool_table.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <vector>

#include "support/builders.hpp"

namespace berth {
namespace {

// A table whose clusters have all reported and are ready.
struct Fleet {
  explicit Fleet(const SiteBuilder& builder) : plan(builder), pools(plan.site(), interns) {
    for (const ClusterSetting& cluster : plan.site().clusters) {
      report(cluster.name);
      pools.set_cluster_state(cluster.name, BERTH_CLUSTER_READY);
    }
  }
  void report(const std::string& cluster) {
    pools.report(cluster, plan.reported_by(cluster), {"sim"});
  }
  bool take(const std::string& job, const std::string& pool, std::vector<Group> groups) {
    return pools.take({job, 1}, pools.index_of(pool), groups);
  }
  const berth_pool& record(const std::string& pool) const {
    return pools.record(pools.index_of(pool));
  }
  std::int64_t free_gpus(const std::string& pool) const {
    return record(pool).gpu_free_milli / 1000;
  }
  // Free GPUs of a node to how many nodes have them.
  std::map<std::int64_t, std::uint64_t> gpu_rooms(const std::string& pool, int shape = 0) const {
    std::map<std::int64_t, std::uint64_t> rooms;
    const berth_node_shape& nodes = record(pool).shapes[shape];
    for (std::uint64_t i = 0; i < nodes.room_count; ++i)
      rooms[nodes.rooms[i].gpu_milli / 1000] += nodes.rooms[i].nodes;
    return rooms;
  }
  std::string label(const std::string& pool, const std::string& key) const {
    const berth_pool& found = record(pool);
    for (std::uint64_t i = 0; i < found.label_count; ++i) {
      if (interns.text(found.labels[i].key) == key) return interns.text(found.labels[i].value);
    }
    return {};
  }

  SiteBuilder plan;
  Interns interns;
  PoolTable pools;
};

using Names = std::vector<std::string>;
using Rooms = std::map<std::int64_t, std::uint64_t>;

TEST(PoolTable, TakesRoomAtOnceAndGivesItBack) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_gpus(8)));
  ASSERT_TRUE(fleet.take("j1", "gpu-a", {a_group(2, 1, 3)}));
  EXPECT_TRUE(fleet.pools.holds({"j1", 1}));
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 2);
  EXPECT_EQ(fleet.record("gpu-a").gpu_capacity_milli, 8000);
  EXPECT_EQ(fleet.pools.views()[0].held, (Amounts{2000, 0, 6000}));
  EXPECT_EQ(fleet.pools.attempts_on("west"), 1);
  fleet.pools.give_back({"j1", 1});
  EXPECT_FALSE(fleet.pools.holds({"j1", 1}));
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 8);
  EXPECT_EQ(fleet.pools.views()[0].held, Amounts{});
  EXPECT_EQ(fleet.pools.attempts_on("west"), 0);
}

TEST(PoolTable, HasNoMoreInAllThanItsBound) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_nodes(2).with_gpus(8)));
  auto reported = fleet.plan.reported_by("west");
  reported[0].at_most.gpu_milli = 12'000;
  fleet.pools.report("west", reported, {"sim"});
  EXPECT_EQ(fleet.record("gpu-a").gpu_capacity_milli, 12'000);
  EXPECT_EQ(fleet.record("gpu-a").cpu_capacity_milli, 32'000);  // not bounded
  fleet.report("west");
  EXPECT_EQ(fleet.record("gpu-a").gpu_capacity_milli, 16'000);
}

struct GangRow {
  std::string name;
  std::vector<Group> groups;
  bool taken;
};

class Gang : public testing::TestWithParam<GangRow> {};

TEST_P(Gang, IsTakenWholeOrNotAtAll) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_nodes(2).with_gpus(4)));
  EXPECT_EQ(fleet.take("j1", "gpu-a", GetParam().groups), GetParam().taken);
  if (GetParam().taken) return;
  EXPECT_FALSE(fleet.pools.holds({"j1", 1}));
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 8);
  EXPECT_EQ(fleet.record("gpu-a").cpu_free_milli, 32'000);
}

INSTANTIATE_TEST_SUITE_P(
    PoolTable, Gang,
    testing::Values(GangRow{"JustFits", {a_group(8, 1, 1)}, true},
                    GangRow{"OneGpuTooMany", {a_group(9, 1, 1)}, false},
                    GangRow{"CpuOfTheWholeCounts", {a_group(1, 16, 1), a_group(2, 16, 1)}, false},
                    GangRow{"GroupsAddUp", {a_group(1, 2), a_group(4, 1, 2)}, true},
                    GangRow{"NoGroups", {}, true}),
    [](const auto& info) { return info.param.name; });

TEST(PoolTable, ShrinksTheRoomsOfNodesByBestFit) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_nodes(3).with_gpus(8)));
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{8, 3}}));
  fleet.take("j1", "gpu-a", {a_group(1, 1, 5)});
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{8, 2}, {3, 1}}));
  fleet.take("j2", "gpu-a", {a_group(1, 1, 3)});  // fills the node that was begun
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{8, 2}, {0, 1}}));
  fleet.take("j3", "gpu-a", {a_group(1, 1, 1), a_group(1, 1, 8)});  // the hardest first
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{7, 1}, {0, 2}}));
  for (const std::string id : {"j1", "j2", "j3"}) fleet.pools.give_back({id, 1});
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{8, 3}}));
}

TEST(PoolTable, PutsAMemberOnANodeOfTheSkuItWants) {
  Fleet fleet(a_site().with(
      a_pool("mixed").with_gpus(4, "A100").and_also().with_gpus(8, "H100")));
  fleet.take("j1", "mixed", {a_group(1, 1, 2, {"H100"})});
  EXPECT_EQ(fleet.gpu_rooms("mixed", 0), (Rooms{{4, 1}}));
  EXPECT_EQ(fleet.gpu_rooms("mixed", 1), (Rooms{{6, 1}}));
  fleet.take("j2", "mixed", {a_group(1, 1, 2, {"A100", "H100"})});  // the fuller of either
  EXPECT_EQ(fleet.gpu_rooms("mixed", 0), (Rooms{{2, 1}}));
}

TEST(PoolTable, CountsAMemberThatNoSingleNodeTakesAgainstTheWhole) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_nodes(2).with_gpus(4)));
  ASSERT_TRUE(fleet.take("j1", "gpu-a", {a_group(1, 1, 6)}));
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 2);
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{4, 2}}));
  EXPECT_FALSE(fleet.take("j2", "gpu-a", {a_group(1, 1, 3)}));
  fleet.pools.give_back({"j1", 1});
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 8);
}

TEST(PoolTable, KeepsHoldingsWhenAPoolReportsAgain) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_nodes(2).with_gpus(8)));
  fleet.take("j1", "gpu-a", {a_group(1, 1, 5)});
  fleet.report("west");
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 11);
  EXPECT_EQ(fleet.gpu_rooms("gpu-a"), (Rooms{{8, 1}, {3, 1}}));
}

TEST(PoolTable, NeverSaysLessThanNothingIsFreeWhenNodesAreLost) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_nodes(2).with_gpus(8)));
  fleet.take("j1", "gpu-a", {a_group(2, 1, 8)});
  fleet.pools.report("west", {a_pool("gpu-a").with_nodes(1).with_gpus(8).reported()}, {"sim"});
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 0);
  fleet.report("west");
  fleet.pools.give_back({"j1", 1});
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 16);
}

TEST(PoolTable, TakesByForceWhatIsKnownToRunBeforeAnythingWasReported) {
  const SiteBuilder plan = a_site().with(a_pool("gpu-a").with_gpus(8));
  Interns interns;
  PoolTable pools(plan.site(), interns);
  EXPECT_FALSE(pools.take({"j1", 1}, 0, {a_group(1, 1, 5)}));
  EXPECT_TRUE(pools.take({"j1", 1}, 0, {a_group(1, 1, 5)}, /*by_force=*/true));
  pools.report("west", plan.reported_by("west"), {"sim"});
  EXPECT_EQ(pools.record(0).gpu_free_milli, 3000);
}

TEST(PoolTable, GivesBackWhatNobodyHoldsAsNothing) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_gpus(8)));
  fleet.take("j1", "gpu-a", {a_group(1, 1, 5)});
  fleet.pools.give_back({"j1", 1});
  fleet.pools.give_back({"j1", 1});
  fleet.pools.give_back({"stranger", 1});
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 8);
  EXPECT_EQ(fleet.pools.views()[0].attempts, 0);
}

TEST(PoolTable, CountsAnOpeningOnlyWhenSomethingMayHaveOpened) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_gpus(8)));
  struct Row {
    std::string what;
    std::function<void()> does;
    bool opens;
  };
  const std::vector<Row> rows{
      {"room taken", [&] { fleet.take("j1", "gpu-a", {a_group(1, 1, 5)}); }, false},
      {"a refusal", [&] { fleet.take("j2", "gpu-a", {a_group(1, 1, 5)}); }, false},
      {"a stranger gives back", [&] { fleet.pools.give_back({"j2", 1}); }, false},
      {"the state it had",
       [&] { fleet.pools.set_cluster_state("west", BERTH_CLUSTER_READY); }, false},
      {"a cluster without pools",
       [&] { fleet.pools.set_cluster_state("moon", BERTH_CLUSTER_READY); }, false},
      {"room given back", [&] { fleet.pools.give_back({"j1", 1}); }, true},
      {"another state",
       [&] { fleet.pools.set_cluster_state("west", BERTH_CLUSTER_CORDONED); }, true},
      {"a report", [&] { fleet.report("west"); }, true},
  };
  for (const Row& row : rows) {
    const std::int64_t before = fleet.pools.openings();
    row.does();
    EXPECT_EQ(fleet.pools.openings() > before, row.opens) << row.what;
  }
}

TEST(PoolTable, CountsVersionsOfViewAndLedgerApart) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_gpus(8)));
  const std::int64_t view = fleet.pools.view_version();
  const std::int64_t ledger = fleet.pools.ledger_version();
  fleet.take("j1", "gpu-a", {a_group(1, 1, 5)});
  EXPECT_EQ(fleet.pools.view_version(), view);
  EXPECT_EQ(fleet.pools.ledger_version(), ledger + 1);
  fleet.report("west");
  EXPECT_EQ(fleet.pools.view_version(), view + 1);
  EXPECT_EQ(fleet.pools.ledger_version(), ledger + 1);
}

TEST(PoolTable, LetsAPoolsLabelsGoBeforeItsClusters) {
  Fleet fleet(a_site()
                  .with(ClusterSetting{"west", "fake", "us", "us-1", {{"env", "test"},
                                                                      {"tier", "low"}}})
                  .with(a_pool("gpu-a").labelled("env", "prod")));
  EXPECT_EQ(fleet.label("gpu-a", "env"), "prod");
  EXPECT_EQ(fleet.label("gpu-a", "tier"), "low");
  EXPECT_EQ(fleet.record("gpu-a").label_count, 2u);
  EXPECT_EQ(fleet.interns.text(fleet.record("gpu-a").region), "us");
  EXPECT_EQ(fleet.interns.text(fleet.record("gpu-a").zone), "us-1");
}

TEST(PoolTable, SortsPoolsByNameWithinAnOwner) {
  Fleet fleet(a_site()
                  .with(a_pool("c").owned_by("ai"))
                  .with(a_pool("b"))
                  .with(a_pool("a").owned_by("ai")));
  std::vector<std::string> names;
  for (const int pool : fleet.pools.owned_by("ai"))
    names.push_back(fleet.pools.setting(pool).name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(fleet.pools.owned_by("").size(), 1u);
  EXPECT_TRUE(fleet.pools.owned_by("nobody").empty());
  EXPECT_EQ(fleet.record("b").flags & BERTH_POOL_SHARED, BERTH_POOL_SHARED);
  EXPECT_EQ(fleet.record("a").flags & BERTH_POOL_SHARED, 0u);
}

TEST(PoolTable, HearsAClusterOnlyAboutItsOwnPoolsThatTheSiteNames) {
  Fleet fleet(a_site().with(a_pool("gpu-a").with_gpus(8)).with(a_pool("cpu-b").on("east")));
  fleet.pools.report("east",
                     {a_pool("gpu-a").with_gpus(99).reported(), a_pool("unknown").reported()},
                     {"sim"});
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 8);
  EXPECT_EQ(fleet.pools.size(), 2);
  EXPECT_EQ(fleet.pools.index_of("unknown"), -1);
}

TEST(PoolTable, CallsAPoolOfflineUntilItsClusterWasHeardOf) {
  const SiteBuilder plan = a_site().with(a_pool("gpu-a"));
  Interns interns;
  const PoolTable pools(plan.site(), interns);
  EXPECT_EQ(pools.record(0).cluster_state, BERTH_CLUSTER_OFFLINE);
}

ReportedPool a_discovery(const PoolBuilder& pool) {
  ReportedPool report = pool.reported();
  report.discovered = true;
  report.owner = pool.setting().owner;
  report.labels = pool.setting().labels;
  return report;
}

// "west" may discover pools, "east" may not; the site names gpu-a on west and cpu-b on east.
struct Discovering : testing::Test {
  Discovering() : fleet(plan()) {}
  static SiteBuilder plan() {
    ClusterSetting west{"west", "fake", "us", "us-1", {{"env", "test"}}};
    west.discover_pools = true;
    return a_site().with(west).with(a_pool("gpu-a").with_gpus(8)).with(a_pool("cpu-b").on("east"));
  }
  Names west_says(std::vector<ReportedPool> pools) {
    return fleet.pools.report("west", pools, {"sim"});
  }
  Names names() const {
    Names names;
    for (const PoolView& pool : fleet.pools.views()) names.push_back(pool.name);
    return names;
  }
  Names owned_by(const std::string& owner) const {
    Names names;
    for (const int pool : fleet.pools.owned_by(owner))
      names.push_back(fleet.pools.setting(pool).name);
    return names;
  }
  PoolView view(const std::string& name) const {
    for (const PoolView& pool : fleet.pools.views())
      if (pool.name == name) return pool;
    return {};
  }
  Fleet fleet;
};

TEST_F(Discovering, TakesWhatAClusterReportsInTheOrderOfNames) {
  EXPECT_EQ(west_says({a_discovery(a_pool("m").owned_by("ai").labelled("gen", "h")),
                       a_discovery(a_pool("b").with_gpus(4)), a_pool("gpu-a").reported()}),
            Names{});
  EXPECT_EQ(names(), (Names{"b", "cpu-b", "gpu-a", "m"}));
  EXPECT_EQ(owned_by("ai"), Names{"m"});
  EXPECT_EQ(owned_by(""), (Names{"b", "cpu-b", "gpu-a"}));
  EXPECT_EQ(fleet.free_gpus("b"), 4);
  EXPECT_EQ(fleet.label("m", "gen"), "h");
  EXPECT_EQ(fleet.label("m", "env"), "test");
  EXPECT_EQ(fleet.interns.text(fleet.record("m").region), "us");
  EXPECT_EQ(view("m").origin, PoolOrigin::kDiscovered);
  EXPECT_EQ(view("gpu-a").origin, PoolOrigin::kSite);
}

TEST_F(Discovering, KeepsWhatIsHeldWhenNumbersChange) {
  fleet.take("j1", "gpu-a", {a_group(1, 1)});
  fleet.take("j2", "cpu-b", {a_group(1, 2)});
  const std::int64_t ledger = fleet.pools.ledger_version();
  EXPECT_TRUE(fleet.pools.remembers_since(0));
  west_says({a_discovery(a_pool("a")), a_discovery(a_pool("d")), a_pool("gpu-a").reported()});
  EXPECT_FALSE(fleet.pools.remembers_since(ledger - 1)) << "its numbers mean other pools now";
  EXPECT_TRUE(fleet.pools.remembers_since(ledger));
  EXPECT_EQ(view("gpu-a").held.cpu_milli, 1000);
  EXPECT_EQ(view("cpu-b").held.cpu_milli, 2000);
  fleet.pools.give_back({"j2", 1});
  EXPECT_EQ(fleet.record("cpu-b").cpu_free_milli, 16'000);
  EXPECT_EQ(fleet.pools.changed_pool(ledger), fleet.pools.index_of("cpu-b"));
}

TEST_F(Discovering, LetsAPoolVanishButNotWhatIsHeldThere) {
  west_says({a_discovery(a_pool("m")), a_discovery(a_pool("n"))});
  ASSERT_TRUE(fleet.take("j1", "m", {a_group(1, 3)}));
  west_says({});
  EXPECT_EQ(names(), (Names{"cpu-b", "gpu-a", "m"}));
  EXPECT_EQ(owned_by(""), (Names{"cpu-b", "gpu-a"})) << "no new jobs go there";
  EXPECT_EQ(view("m").origin, PoolOrigin::kVanished);
  EXPECT_EQ(view("m").held.cpu_milli, 3000);
  EXPECT_EQ(view("m").capacity, Amounts{});
  EXPECT_EQ(fleet.pools.attempts_on("west"), 1);
  west_says({a_discovery(a_pool("m"))});
  EXPECT_EQ(fleet.record("m").cpu_free_milli, 13'000);
  EXPECT_EQ(owned_by(""), (Names{"cpu-b", "gpu-a", "m"}));
  west_says({});
  fleet.pools.give_back({"j1", 1});
  EXPECT_EQ(names(), (Names{"cpu-b", "gpu-a"}));
  west_says({});
  EXPECT_EQ(fleet.pools.index_of("m"), -1);
}

TEST_F(Discovering, FollowsAPoolToItsNewOwner) {
  west_says({a_discovery(a_pool("m"))});
  west_says({a_discovery(a_pool("m").owned_by("eta").labelled("gen", "i"))});
  EXPECT_EQ(owned_by("eta"), Names{"m"});
  EXPECT_EQ(owned_by(""), (Names{"cpu-b", "gpu-a"}));
  EXPECT_EQ(fleet.label("m", "gen"), "i");
  EXPECT_EQ(fleet.record("m").flags & BERTH_POOL_SHARED, 0u);
}

TEST_F(Discovering, SaysWhyItLeavesOneOut) {
  EXPECT_EQ(west_says({a_discovery(a_pool("m").owned_by("etta")), a_discovery(a_pool("n/o")),
                       a_discovery(a_pool("cpu-b"))}),
            (Names{R"(pool "m": the site has no owner "etta"; nearest: "eta")",
                   R"(pool "n/o": its name is no name of a pool)"}))
      << "what the site says of a pool goes before";
  EXPECT_EQ(names(), (Names{"cpu-b", "gpu-a"}));
  EXPECT_EQ(fleet.pools.setting(fleet.pools.index_of("cpu-b")).cluster, "east");
}

TEST_F(Discovering, NeverMakesAPoolOfTheSiteItsOwn) {
  west_says({a_discovery(a_pool("gpu-a").owned_by("eta").with_gpus(2))});
  EXPECT_EQ(view("gpu-a").origin, PoolOrigin::kSite);
  EXPECT_EQ(view("gpu-a").owner, "");
  EXPECT_EQ(fleet.free_gpus("gpu-a"), 2);
}

TEST_F(Discovering, StopsAtAThousand) {
  std::vector<ReportedPool> many;
  for (int i = 0; i < 1001; ++i) many.push_back(a_discovery(a_pool("p" + std::to_string(i))));
  EXPECT_EQ(west_says(many).size(), 1u);
  EXPECT_EQ(fleet.pools.size(), 1002);
}

TEST_F(Discovering, ExpectsAPoolInWhichJobsAreAfterARestart) {
  EXPECT_TRUE(fleet.pools.expect("west", "gpu-a"));
  EXPECT_FALSE(fleet.pools.expect("west", "cpu-b"));
  EXPECT_FALSE(fleet.pools.expect("east", "m")) << "it discovers none";
  EXPECT_FALSE(fleet.pools.expect("moon", "m"));
  ASSERT_TRUE(fleet.pools.expect("west", "m"));
  const int pool = fleet.pools.index_of("m");
  EXPECT_TRUE(fleet.pools.take({"j1", 1}, pool, {a_group(1, 3)}, /*by_force=*/true));
  EXPECT_EQ(owned_by(""), (Names{"cpu-b", "gpu-a"}));
  west_says({a_discovery(a_pool("m").owned_by("eta"))});
  EXPECT_EQ(fleet.record("m").cpu_free_milli, 13'000);
  EXPECT_EQ(owned_by("eta"), Names{"m"});
}

TEST_F(Discovering, IsOnlyForClustersThatMay) {
  EXPECT_EQ(fleet.pools.report("east", {a_discovery(a_pool("m"))}, {"sim"}), Names{});
  EXPECT_EQ(names(), (Names{"cpu-b", "gpu-a"}));
}

}  // namespace
}  // namespace berth
