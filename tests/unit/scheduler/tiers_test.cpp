#include <gtest/gtest.h>

#include "deciding.hpp"

namespace berth {
namespace {

SiteBuilder every_tier() {
  return a_site()
      .with(a_pool("own").owned_by("eta"))
      .with(a_pool("team").owned_by("applied-ai"))
      .with(a_pool("root").owned_by("ai"))
      .with(a_pool("foreign").owned_by("ops"))
      .with(a_pool("open"));
}

struct TierRow {
  std::string name;
  std::string project;
  std::vector<std::string> refused;  // pools, for good
  std::string pool;                  // empty: none
  std::string tier;
  std::vector<std::string> not_asked;
};

class Tiers : public testing::TestWithParam<TierRow> {};

TEST_P(Tiers, AreAskedNearestOwnerFirst) {
  const TierRow& row = GetParam();
  Deciding deciding(every_tier());
  FakeFilter& gate = deciding.filter("gate");
  for (const std::string& pool : row.refused) gate.refuses(pool, BERTH_NEVER, "Wrong");
  const Decision decision = deciding.decide(a_job().of(row.project));
  EXPECT_EQ(decision.placed, !row.pool.empty());
  EXPECT_EQ(decision.pool, row.pool);
  EXPECT_EQ(decision.tier, row.tier);
  EXPECT_EQ(decision.tiers_not_asked, row.not_asked);
  EXPECT_EQ(row_of(decision, "foreign") != nullptr, row.project == "ops");
}

INSTANTIATE_TEST_SUITE_P(
    Scheduler, Tiers,
    testing::Values(
        TierRow{"Owned", "eta", {}, "own", "owned",
                {"ancestor:applied-ai", "ancestor:ai", "shared"}},
        TierRow{"NearestAncestor", "eta", {"own"}, "team", "ancestor:applied-ai",
                {"ancestor:ai", "shared"}},
        TierRow{"RootAncestor", "eta", {"own", "team"}, "root", "ancestor:ai", {"shared"}},
        TierRow{"SharedLast", "eta", {"own", "team", "root"}, "open", "shared", {}},
        TierRow{"NobodyElses", "eta", {"own", "team", "root", "open"}, "", "", {}},
        TierRow{"OfAnotherBranch", "ops", {}, "foreign", "owned", {"shared"}},
        TierRow{"NotOfDescendants", "ai", {"root", "open"}, "", "", {}},
        TierRow{"SharedForAProjectWithoutOwner", "", {}, "open", "shared", {}}),
    [](const auto& info) { return info.param.name; });

struct BusyRow {
  std::string name;
  OnBusy on_busy;
  berth_verdict_kind own;  // the word on the project's own pool
  std::string pool;
};

class Busy : public testing::TestWithParam<BusyRow> {};

TEST_P(Busy, PoolsAreWaitedForOrPassedByAsTheProfileSays) {
  Deciding deciding(every_tier());
  deciding.default_profile().on_busy = GetParam().on_busy;
  deciding.filter("gate").refuses("own", GetParam().own, "Refused");
  EXPECT_EQ(deciding.pool_for(a_job()), GetParam().pool);
}

INSTANTIATE_TEST_SUITE_P(Scheduler, Busy,
                         testing::Values(BusyRow{"Waits", OnBusy::kWait, BERTH_NOT_NOW, ""},
                                         BusyRow{"Spills", OnBusy::kSpill, BERTH_NOT_NOW, "team"},
                                         BusyRow{"NeverIsNotBusy", OnBusy::kWait, BERTH_NEVER,
                                                 "team"},
                                         BusyRow{"NeitherIsPolicy", OnBusy::kWait, BERTH_BY_POLICY,
                                                 "team"}),
                         [](const auto& info) { return info.param.name; });

TEST(Scheduler, WaitsForOnePoolOfATierThoughTheOthersSayNever) {
  Deciding deciding(a_site()
                        .with(a_pool("a").owned_by("eta"))
                        .with(a_pool("b").owned_by("eta"))
                        .with(a_pool("open")));
  deciding.filter("gate").refuses("a", BERTH_NEVER, "Wrong").refuses("b", BERTH_NOT_NOW, "Full");
  const Decision decision = deciding.decide(a_job());
  EXPECT_FALSE(decision.placed);
  EXPECT_EQ(decision.reason, "WaitingForCapacity");
  EXPECT_EQ(decision.waiting_pools, std::vector<int>{deciding.pools.index_of("b")});
  EXPECT_EQ(decision.tiers_not_asked, std::vector<std::string>{"shared"});
}

TEST(Scheduler, LetsTheFirstTierWithASurvivorDecideWhateverOthersScore) {
  Deciding deciding(every_tier());
  deciding.scorer("taste").gives("own", 0.1).gives("open", 1);
  EXPECT_EQ(deciding.pool_for(a_job()), "own");
}

}  // namespace
}  // namespace berth
