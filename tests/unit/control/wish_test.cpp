#include "control/wish.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

Result<Actor> actor_of(std::string body, ReasonIs reason) {
  Call call;
  call.principal.user = "maria";
  call.body = std::move(body);
  return read_actor(call, reason);
}

TEST(Wish, RemembersWhoAndWhy) {
  const auto actor = actor_of(R"({"reason":"too slow"})", ReasonIs::kRequired);
  ASSERT_TRUE(actor);
  EXPECT_EQ(actor->user, "maria");
  EXPECT_EQ(actor->reason, "too slow");
}

TEST(Wish, MayGoWithoutAReasonWhereNoneIsNeeded) {
  EXPECT_TRUE(actor_of("", ReasonIs::kOptional));
  EXPECT_TRUE(actor_of("{}", ReasonIs::kOptional));
  EXPECT_EQ(actor_of("", ReasonIs::kRequired).error().details[0].path, "reason");
  EXPECT_FALSE(actor_of(R"({"reason":""})", ReasonIs::kRequired));
}

TEST(Wish, IsRefusedInAnyOtherForm) {
  for (const char* body :
       {"[]", "{", R"({"reason":1})", R"({"reson":"x"})", R"({"reason":"a","reason":"b"})"})
    EXPECT_FALSE(actor_of(body, ReasonIs::kOptional)) << body;
  EXPECT_EQ(actor_of(R"({"reson":"x"})", ReasonIs::kOptional).error().details[0].hint, "reason");
}

TEST(Wish, HasNoNulBytes) {
  EXPECT_EQ(actor_of(R"({"reason": "a\u0000b"})", ReasonIs::kRequired).error().message,
            "reason: must have no NUL byte");
}

TEST(Wish, HasALimit) {
  EXPECT_FALSE(actor_of("{\"reason\":\"" + std::string(2000, 'x') + "\"}", ReasonIs::kOptional));
}

}  // namespace
}  // namespace berth
