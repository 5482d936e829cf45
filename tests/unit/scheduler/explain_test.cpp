#include <gtest/gtest.h>

#include "deciding.hpp"

namespace berth {
namespace {

using Words = std::vector<FilterWord>;

const FilterWord kFits{Answer::kFits, "", ""};
const FilterWord kNotAsked{Answer::kNotAsked, "", ""};

TEST(Explain, HasARowForEachPoolWithWhatEachRuleSaid) {
  Deciding deciding(a_site().with(a_pool("a")).with(a_pool("b")).with(a_pool("c")));
  deciding.filter("sku").refuses("a", BERTH_NEVER, "WrongSku", 1, 2);
  deciding.filter("room").refuses("b", BERTH_NOT_NOW, "Full", 8, 6);
  deciding.scorer("taste", 2).gives("c", 0.5);
  const Decision decision = deciding.decide(a_job());

  EXPECT_EQ(decision.filters, (std::vector<std::string>{"sku", "room"}));
  EXPECT_EQ(decision.scorers, (std::vector<ScorerColumn>{{"taste", 2}}));
  ASSERT_EQ(decision.rows.size(), 3u);
  EXPECT_EQ(decision.rows[0],
            (DecisionRow{"shared", "west", "c", {kFits, kFits}, {0.5}, 1.0, true}));
  EXPECT_EQ(decision.rows[1],
            (DecisionRow{"shared", "west", "a",
                         {{Answer::kNever, "WrongSku", "wants 1, has 2"}, kNotAsked}, {}, 0,
                         false}));
  EXPECT_EQ(decision.rows[2],
            (DecisionRow{"shared", "west", "b",
                         {kFits, {Answer::kNotNow, "Full", "wants 8, has 6"}}, {}, 0, false}));
  EXPECT_EQ(decision.refusals,
            (std::vector<std::pair<std::string, int>>{{"room: Full", 1}, {"sku: WrongSku", 1}}));
}

TEST(Explain, ShowsTheHostsOwnColumnOnlyWhereItSpeaks) {
  Deciding deciding(a_site().with(a_pool("a")).with(a_pool("b")));
  deciding.filter("sku");
  const Decision silent = deciding.decide(a_job());
  EXPECT_EQ(silent.filters, std::vector<std::string>{"sku"});
  EXPECT_EQ(silent.rows[0].filters, Words{kFits});

  const Decision speaking = deciding.decide(a_job().not_in("a"));
  EXPECT_EQ(speaking.filters, (std::vector<std::string>{"berth", "sku"}));
  EXPECT_EQ(row_of(speaking, "b")->filters, (Words{kFits, kFits}));
  EXPECT_EQ(row_of(speaking, "a")->filters,
            (Words{{Answer::kByPolicy, "Excluded", "the job failed to start here"}, kNotAsked}));
  EXPECT_EQ(speaking.refusals,
            (std::vector<std::pair<std::string, int>>{{"berth: Excluded", 1}}));
}

TEST(Explain, PutsTheChosenFirstOfItsTierAndTiersInTheirOrder) {
  Deciding deciding(a_site()
                        .with(a_pool("own").owned_by("eta"))
                        .with(a_pool("a"))
                        .with(a_pool("b")));
  deciding.filter("gate").refuses("own", BERTH_NEVER, "Wrong");
  deciding.scorer("taste").gives("b", 1);
  const Decision decision = deciding.decide(a_job());
  ASSERT_EQ(decision.rows.size(), 3u);
  EXPECT_EQ(decision.rows[0].pool, "own");
  EXPECT_EQ(decision.rows[1].pool, "b");
  EXPECT_TRUE(decision.rows[1].chosen);
  EXPECT_EQ(decision.rows[2].pool, "a");
  EXPECT_FALSE(decision.rows[2].chosen);
}

TEST(Explain, KeepsTheTableOfEveryPlacementAndOfARefusalOnlyWhenAsked) {
  Deciding placing(a_site().with(a_pool("a")));
  const Decision placed = placing.decide(a_job(), {}, Detail::kRecord);
  EXPECT_TRUE(placed.placed);
  EXPECT_FALSE(placed.table.empty());
  Deciding refusing(a_site().with(a_pool("a")));
  refusing.filter("gate").refuses("a", BERTH_NEVER, "Wrong");
  const Decision refused = refusing.decide(a_job(), {}, Detail::kRecord);
  EXPECT_FALSE(refused.placed);
  EXPECT_TRUE(refused.table.empty());
  EXPECT_TRUE(refused.rows.empty());
  EXPECT_EQ(refusing.decide(a_job(), {}, Detail::kTable).rows.size(), 1u);
}

TEST(Explain, CarriesTheVersionsItWasMadeOf) {
  Deciding deciding(a_site().with(a_pool("a")));
  deciding.policy.generation = 7;
  deciding.pools.take({"j1", 1}, 0, {a_group(1, 1)});
  const Decision decision = deciding.decide(a_job());
  EXPECT_EQ(decision.view, deciding.pools.view_version());
  EXPECT_EQ(decision.ledger, deciding.pools.ledger_version());
  EXPECT_EQ(decision.generation, 7);
  EXPECT_EQ(decision.at_ms, 1'800'000'000'000);
}

std::string numbered(const std::string& word, int number) {
  return word + std::to_string(100 + number);  // so that names sort as numbers do
}

// `refused` pools of the owner that never fit, and `open` shared ones that do.
Decision decide_among(int refused, int open) {
  SiteBuilder plan = a_site();
  for (int i = 0; i < refused; ++i) plan.with(a_pool(numbered("own", i)).owned_by("eta"));
  for (int i = 0; i < open; ++i) plan.with(a_pool(numbered("open", i)));
  Deciding deciding(plan);
  FakeFilter& gate = deciding.filter("gate");
  for (int i = 0; i < refused; ++i) gate.refuses(numbered("own", i), BERTH_NEVER, "Wrong");
  deciding.scorer("taste").gives(numbered("open", open - 1), 1);
  return deciding.decide(a_job());
}

TEST(Explain, CutsTheTableAtItsLimitAndKeepsTheCounts) {
  const Decision decision = decide_among(100, 0);
  EXPECT_EQ(decision.rows.size(), 64u);
  EXPECT_EQ(decision.rows_left_out, 36);
  EXPECT_EQ(decision.refusals,
            (std::vector<std::pair<std::string, int>>{{"gate: Wrong", 100}}));
}

TEST(Explain, KeepsTheChosenRowHoweverManyRefusedBeforeIt) {
  const Decision decision = decide_among(100, 3);
  EXPECT_EQ(decision.rows.size(), 64u);
  EXPECT_EQ(decision.rows_left_out, 39);
  const DecisionRow* chosen = row_of(decision, "open102");
  ASSERT_NE(chosen, nullptr);
  EXPECT_TRUE(chosen->chosen);
}

TEST(Explain, KeepsTheBestWhenMorePoolsFitThanTheTableTakes) {
  const Decision decision = decide_among(5, 100);
  EXPECT_EQ(decision.rows.size(), 64u);
  EXPECT_EQ(decision.rows_left_out, 41);
  const DecisionRow* chosen = row_of(decision, "open199");
  ASSERT_NE(chosen, nullptr);
  EXPECT_TRUE(chosen->chosen);
}

}  // namespace
}  // namespace berth
