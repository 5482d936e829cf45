#include <gtest/gtest.h>

#include <functional>

#include "deciding.hpp"

namespace berth {
namespace {

SiteBuilder two_clusters() {
  return a_site().with(a_pool("near")).with(a_pool("far").on("east"));
}

struct RefusalRow {
  std::string name;
  std::function<void(Deciding&)> arrange;
  std::string reason;
  bool never;
  std::string message;
};

class Refused : public testing::TestWithParam<RefusalRow> {};

TEST_P(Refused, NamesItsReasonAndNumbers) {
  Deciding deciding(two_clusters());
  GetParam().arrange(deciding);
  const Decision decision = deciding.decide(a_job());
  EXPECT_FALSE(decision.placed);
  EXPECT_EQ(decision.pool, "");
  EXPECT_EQ(decision.reason, GetParam().reason);
  EXPECT_EQ(decision.never, GetParam().never);
  EXPECT_EQ(decision.message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Scheduler, Refused,
    testing::Values(
        RefusalRow{"NoMatchingPool",
                   [](Deciding& deciding) {
                     deciding.filter("gate")
                         .refuses("near", BERTH_NEVER, "WrongSku", 1, 2)
                         .refuses("far", BERTH_BY_POLICY, "NotYours");
                   },
                   "NoMatchingPool", true,
                   "east/far: wants 0, has 0 (filter gate); west/near: wants 1, has 2"},
        RefusalRow{"ExceedsMaxCapacity",
                   [](Deciding& deciding) {
                     deciding.filter("gate")
                         .refuses("near", BERTH_NEVER, "WrongSku", 1, 2)
                         .refuses("far", BERTH_NEVER, "ExceedsPool", 8, 4);
                   },
                   "ExceedsMaxCapacity", true,
                   "east/far: wants 8, has 4; west/near: wants 1, has 2"},
        RefusalRow{"WaitingForCapacity",
                   [](Deciding& deciding) {
                     deciding.filter("gate")
                         .refuses("near", BERTH_NOT_NOW, "Full", 8, 6)
                         .refuses("far", BERTH_NEVER, "WrongSku");
                   },
                   "WaitingForCapacity", false, "west/near: wants 8, has 6"},
        RefusalRow{"ClusterOffline",
                   [](Deciding& deciding) {
                     deciding.pools.set_cluster_state("west", BERTH_CLUSTER_OFFLINE);
                     deciding.filter("gate")
                         .refuses("near", BERTH_NOT_NOW, "NotReady")
                         .refuses("far", BERTH_NEVER, "WrongSku");
                   },
                   "ClusterOffline", false, "west/near: wants 0, has 0"},
        RefusalRow{"CapacityBeforeAnAbsentCluster",
                   [](Deciding& deciding) {
                     deciding.pools.set_cluster_state("west", BERTH_CLUSTER_OFFLINE);
                     deciding.filter("gate")
                         .refuses("near", BERTH_NOT_NOW, "NotReady")
                         .refuses("far", BERTH_NOT_NOW, "Full", 8, 6);
                   },
                   "WaitingForCapacity", false,
                   "east/far: wants 8, has 6; west/near: wants 0, has 0"},
        RefusalRow{"AFilterThatFailsHolds",
                   [](Deciding& deciding) {
                     deciding.filter("gate").fails();
                     deciding.filter("later");
                   },
                   "PolicyError", false, "a filter or scorer failed; see `berth plugin list`"},
        RefusalRow{"AScorerThatFailsHolds",
                   [](Deciding& deciding) { deciding.scorer("taste").fails(); }, "PolicyError",
                   false, "a filter or scorer failed; see `berth plugin list`"}),
    [](const auto& info) { return info.param.name; });

TEST(Scheduler, SaysThatNobodyHasAPoolForTheProject) {
  Deciding deciding(a_site().with(a_pool("foreign").owned_by("ops")));
  const Decision decision = deciding.decide(a_job());
  EXPECT_EQ(decision.reason, "NoMatchingPool");
  EXPECT_TRUE(decision.never);
  EXPECT_EQ(decision.message,
            "no pool belongs to the project's owner or its ancestors, or is shared");
}

TEST(Scheduler, HoldsAJobForAFilterThatFailsThoughALaterTierMightTakeIt) {
  Deciding deciding(a_site().with(a_pool("own").owned_by("eta")).with(a_pool("open")));
  deciding.filter("gate").fails();
  const Decision decision = deciding.decide(a_job());
  EXPECT_EQ(decision.reason, "PolicyError");
  EXPECT_EQ(decision.tiers_not_asked, std::vector<std::string>{"shared"});
}

TEST(Scheduler, KeepsPoolsForTheJobThatIsFurtherAhead) {
  Deciding deciding(two_clusters());
  const std::set<int> reserved{deciding.pools.index_of("near"), deciding.pools.index_of("far")};
  const Decision decision = deciding.decide(a_job(), reserved);
  EXPECT_EQ(decision.reason, "BehindHigherPriority");
  EXPECT_FALSE(decision.never);
  EXPECT_EQ(deciding.decide(a_job(), {deciding.pools.index_of("far")}).pool, "near");
}

struct NamedRow {
  std::string name;
  JobBuilder job;
  std::string pool;
  std::string word_on_far;  // reason in the row of pool "far"; empty: none
};

class NamedPlace : public testing::TestWithParam<NamedRow> {};

TEST_P(NamedPlace, KeepsToTheNameAndOffExcludedPools) {
  Deciding deciding(two_clusters());
  const Decision decision = deciding.decide(GetParam().job);
  EXPECT_EQ(decision.pool, GetParam().pool);
  const DecisionRow* far = row_of(decision, "far");
  ASSERT_NE(far, nullptr);
  EXPECT_EQ(decision.filters.empty() ? "" : far->filters[0].reason, GetParam().word_on_far);
}

INSTANTIATE_TEST_SUITE_P(
    Scheduler, NamedPlace,
    testing::Values(NamedRow{"NoName", a_job(), "far", ""},
                    NamedRow{"ByPool", a_job().in_pool("near"), "near", "NotNamed"},
                    NamedRow{"ByCluster", a_job().in_cluster("west"), "near", "NotNamed"},
                    NamedRow{"PoolOfAnotherCluster", a_job().in_pool("near").in_cluster("east"),
                             "", "NotNamed"},
                    NamedRow{"ExcludedPool", a_job().not_in("far"), "near", "Excluded"},
                    NamedRow{"NamedAndExcluded", a_job().in_pool("far").not_in("far"), "",
                             "Excluded"}),
    [](const auto& info) { return info.param.name; });

TEST(Scheduler, AsksFiltersAboutANamedPoolToo) {
  Deciding deciding(two_clusters());
  deciding.filter("gate").refuses("near", BERTH_NOT_NOW, "Full", 8, 6);
  EXPECT_EQ(deciding.decide(a_job().in_pool("near")).reason, "WaitingForCapacity");
}

TEST(Scheduler, NamesThreeRefusalsAndCountsTheOthers) {
  SiteBuilder plan = a_site();
  for (const std::string name : {"a", "b", "c", "d", "e"}) plan.with(a_pool(name));
  Deciding deciding(plan);
  FakeFilter& gate = deciding.filter("gate");
  for (const std::string name : {"a", "b", "c", "d", "e"})
    gate.refuses(name, BERTH_NOT_NOW, "Full", 8, 6);
  EXPECT_EQ(deciding.decide(a_job()).message,
            "west/a: wants 8, has 6; west/b: wants 8, has 6; west/c: wants 8, has 6; and 2 more");
}

}  // namespace
}  // namespace berth
