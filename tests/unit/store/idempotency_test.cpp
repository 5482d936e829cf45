#include <gtest/gtest.h>

#include "stored.hpp"

namespace berth {
namespace {

using Outcome = Committed::Outcome;

struct Case {
  const char* name;
  const char* principal;
  const char* key;
  const char* body_hash;
  Outcome outcome;
  const char* job_id;
};

class Idempotency : public testing::TestWithParam<Case> {};

TEST_P(Idempotency, AnswersASecondSubmitByKeyPrincipalAndBody) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  stored.commit(with_key(accepting(a_job("jfirst")), "key", "body"));
  Change second = with_key(accepting(a_job("jsecond")), GetParam().key, GetParam().body_hash);
  second.accepted->principal = GetParam().principal;

  const Committed answer = stored.commit(std::move(second));

  EXPECT_EQ(answer.outcome, GetParam().outcome);
  EXPECT_EQ(answer.job_id, GetParam().job_id);
  EXPECT_EQ(stored->new_reader()->job("jsecond").has_value(), answer.outcome == Outcome::kDone);
}

INSTANTIATE_TEST_SUITE_P(
    Store, Idempotency,
    testing::Values(
        Case{"SameKeySameBody", "uid:1000", "key", "body", Outcome::kRepeated, "jfirst"},
        Case{"SameKeyOtherBody", "uid:1000", "key", "other", Outcome::kConflict, "jfirst"},
        Case{"OtherPrincipal", "uid:1001", "key", "body", Outcome::kDone, "jsecond"},
        Case{"OtherKey", "uid:1000", "key2", "body", Outcome::kDone, "jsecond"},
        Case{"NoKey", "uid:1000", "", "body", Outcome::kDone, "jsecond"}),
    [](const auto& info) { return info.param.name; });

TEST(IdempotencyKey, IsKnownAfterARestart) {
  const PrivateFolder folder;
  Stored(folder / "berth.db").commit(with_key(accepting(a_job("j1")), "key", "body"));

  Stored again(folder / "berth.db");

  EXPECT_EQ(again.commit(with_key(accepting(a_job("j2")), "key", "body")).outcome,
            Outcome::kRepeated);
}

TEST(IdempotencyKey, LivesAsLongAsItsJob) {
  const PrivateFolder folder;
  Stored stored(folder / "berth.db");
  stored.commit(with_key(accepting(a_job("j1")), "key", "body"));
  stored.commit(changing(ended(a_job("j1"), 5'000), "Finished"));
  EXPECT_EQ(stored.commit(with_key(accepting(a_job("j2")), "key", "body")).outcome,
            Outcome::kRepeated);

  stored->prune(10'000, 10);
  stored.commit({});  // the first group may still be before it
  EXPECT_EQ(stored.commit(with_key(accepting(a_job("j3")), "key", "body")).outcome, Outcome::kDone);
}

}  // namespace
}  // namespace berth
