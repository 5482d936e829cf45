#include "scheduler/decision_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace berth {
namespace {

Decision a_decision() {
  Decision decision;
  decision.placed = true;
  decision.cluster = "west";
  decision.pool = "gpu-a";
  decision.tier = "owned";
  decision.profile = "default";
  decision.filters = {"sku"};
  decision.scorers = {{"taste", 2}};
  decision.rows = {{"owned", "west", "gpu-a", {{Answer::kFits, "", ""}}, {0.5}, 1.0, true},
                   {"owned", "west", "gpu-b", {{Answer::kNever, "WrongSku", "has A100"}}, {}, 0,
                    false}};
  decision.tiers_not_asked = {"shared"};
  decision.rows_left_out = 3;
  decision.refusals = {{"sku: WrongSku", 4}};
  decision.view = 5;
  decision.ledger = 6;
  decision.generation = 7;
  decision.at_ms = 1'795'435'200'123;
  decision.took_ns = 1500;
  return decision;
}

TEST(DecisionJson, HasEveryFieldOfTheRecord) {
  const nlohmann::json expected = nlohmann::json::parse(R"({
    "placed": true, "cluster": "west", "pool": "gpu-a", "tier": "owned", "reason": "",
    "message": "", "never": false, "profile": "default", "filters": ["sku"],
    "scorers": [{"name": "taste", "weight": 2.0}],
    "rows": [
      {"tier": "owned", "cluster": "west", "pool": "gpu-a", "chosen": true,
       "filters": [{"answer": "fits"}], "scores": [0.5], "total": 1.0},
      {"tier": "owned", "cluster": "west", "pool": "gpu-b", "chosen": false,
       "filters": [{"answer": "never", "reason": "WrongSku", "text": "has A100"}],
       "scores": [], "total": 0.0}],
    "tiers_not_asked": ["shared"], "rows_left_out": 3,
    "refusals": [{"what": "sku: WrongSku", "pools": 4}],
    "view": 5, "ledger": 6, "generation": 7, "took_us": 1.5})");
  nlohmann::json said = nlohmann::json::parse(decision_json(a_decision()));
  EXPECT_EQ(said["at"], iso_time(1'795'435'200'123));
  said.erase("at");
  EXPECT_EQ(said, expected) << said.dump(1);
}

TEST(DecisionJson, KeepsARefusalsWords) {
  Decision decision;
  decision.reason = "WaitingForCapacity";
  decision.message = "west/gpu-a: needs 8 gpu, 6 free";
  decision.never = false;
  const nlohmann::json said = nlohmann::json::parse(decision_json(decision));
  EXPECT_EQ(said["placed"], false);
  EXPECT_EQ(said["reason"], "WaitingForCapacity");
  EXPECT_EQ(said["message"], "west/gpu-a: needs 8 gpu, 6 free");
}

TEST(DecisionJson, SurvivesTextThatIsNoUtf8) {
  Decision decision;
  decision.message = "bad \xff byte";
  EXPECT_TRUE(nlohmann::json::accept(decision_json(decision)));
}

TEST(DecisionJson, NamesEveryAnswer) {
  EXPECT_EQ(answer_name(Answer::kFits), "fits");
  EXPECT_EQ(answer_name(Answer::kNotNow), "not_now");
  EXPECT_EQ(answer_name(Answer::kNever), "never");
  EXPECT_EQ(answer_name(Answer::kByPolicy), "by_policy");
  EXPECT_EQ(answer_name(Answer::kNotAsked), "not_asked");
}

}  // namespace
}  // namespace berth
