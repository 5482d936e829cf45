#include <gtest/gtest.h>

#include "deciding.hpp"

namespace berth {
namespace {

Match of_projects(std::vector<std::string> projects) { return {std::move(projects), {}, {}}; }
Match of_owners(std::vector<std::string> owners) { return {{}, std::move(owners), {}}; }
Match of_types(std::vector<std::string> types) { return {{}, {}, std::move(types)}; }

SiteBuilder two_pools() { return a_site().with(a_pool("a")).with(a_pool("b")); }

struct MatchRow {
  std::string name;
  Match match;
  bool is_matched;  // a job of project eta (owner eta, beneath applied-ai, beneath ai), type "sim"
};

class Matching : public testing::TestWithParam<MatchRow> {};

TEST_P(Matching, ChoosesAProfile) {
  Deciding deciding(two_pools());
  Profile special;
  special.name = "special";
  special.match = GetParam().match;
  deciding.policy.profiles.push_back(special);
  EXPECT_EQ(deciding.decide(a_job()).profile, GetParam().is_matched ? "special" : "default");
}

TEST_P(Matching, LimitsAFilterToItsJobs) {
  Deciding deciding(two_pools());
  const FakeFilter& gate =
      deciding.filter("gate", GetParam().match).refuses("a", BERTH_NEVER, "Wrong");
  const bool is_asked = GetParam().is_matched || GetParam().match.is_any();
  EXPECT_EQ(deciding.pool_for(a_job()), is_asked ? "b" : "a");
  EXPECT_EQ(gate.asked > 0, is_asked);
}

TEST_P(Matching, LimitsAScorerToItsJobs) {
  Deciding deciding(two_pools());
  deciding.scorer("taste", 1, GetParam().match).gives("b", 1);
  const bool is_asked = GetParam().is_matched || GetParam().match.is_any();
  EXPECT_EQ(deciding.pool_for(a_job()), is_asked ? "b" : "a");
}

// A profile that matches anything serves only as the one that the policy falls back to.
INSTANTIATE_TEST_SUITE_P(
    Scheduler, Matching,
    testing::Values(MatchRow{"Anything", {}, false},
                    MatchRow{"ByProject", of_projects({"ops", "eta"}), true},
                    MatchRow{"NotByProject", of_projects({"ops"}), false},
                    MatchRow{"ByOwner", of_owners({"eta"}), true},
                    MatchRow{"ByAncestor", of_owners({"ai"}), true},
                    MatchRow{"NotByAnotherBranch", of_owners({"ops"}), false},
                    MatchRow{"ByType", of_types({"sim"}), true},
                    MatchRow{"NotByType", of_types({"ray"}), false},
                    MatchRow{"NeedsAllParts", {{"eta"}, {"ai"}, {"ray"}}, false}),
    [](const auto& info) { return info.param.name; });

TEST(Scheduler, TakesTheFirstProfileThatMatches) {
  Deciding deciding(two_pools());
  for (const std::string name : {"first", "second"}) {
    Profile profile;
    profile.name = name;
    profile.match = of_projects({"eta"});
    deciding.policy.profiles.push_back(profile);
  }
  EXPECT_EQ(deciding.decide(a_job()).profile, "first");
}

TEST(Scheduler, FallsBackToTheProfileThatThePolicyNames) {
  Deciding deciding(two_pools());
  Profile other;
  other.name = "other";
  deciding.policy.profiles.push_back(other);
  deciding.policy.fallback = "other";
  EXPECT_EQ(deciding.decide(a_job()).profile, "other");
}

TEST(Scheduler, AsksALaterFilterOnlyAboutWhatEarlierOnesLeft) {
  Deciding deciding(two_pools());
  deciding.filter("first").refuses("a", BERTH_NEVER, "Wrong");
  const FakeFilter& second = deciding.filter("second");
  deciding.decide(a_job());
  EXPECT_EQ(second.asked, 1);
}

TEST(Scheduler, AddsUpScoresByWeight) {
  Deciding deciding(two_pools());
  deciding.scorer("taste", 1).gives("a", 0.9);
  deciding.scorer("cost", 2).gives("b", 0.5);
  const Decision decision = deciding.decide(a_job());
  EXPECT_EQ(decision.pool, "b");
  EXPECT_DOUBLE_EQ(row_of(decision, "b")->total, 1.0);
  EXPECT_DOUBLE_EQ(row_of(decision, "a")->total, 0.9);
}

TEST(Scheduler, BreaksTiesByName) {
  Deciding deciding(a_site().with(a_pool("c")).with(a_pool("a")).with(a_pool("b")));
  EXPECT_EQ(deciding.pool_for(a_job()), "a");
  deciding.scorer("taste").gives("b", 0.5).gives("c", 0.5);
  EXPECT_EQ(deciding.pool_for(a_job()), "b");
}

TEST(Scheduler, GivesTheSameDecisionForTheSameInput) {
  Deciding deciding(a_site().with(a_pool("c")).with(a_pool("a")).with(a_pool("b")));
  deciding.filter("gate").refuses("a", BERTH_NOT_NOW, "Full", 8, 6);
  deciding.scorer("taste").gives("b", 0.5).gives("c", 0.5);
  const Decision first = deciding.decide(a_job());
  for (int i = 0; i < 10; ++i) {
    const Decision again = deciding.decide(a_job());
    EXPECT_EQ(again.pool, first.pool);
    EXPECT_EQ(again.rows, first.rows);
    EXPECT_EQ(again.refusals, first.refusals);
    EXPECT_EQ(again.scorers, first.scorers);
  }
}

}  // namespace
}  // namespace berth
