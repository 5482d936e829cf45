#include "control/batch_line.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(BatchLine, MayBeABareRequest) {
  const auto sent = read_batch_line(R"({"type":"command"})");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->bytes, R"({"type":"command"})");
  EXPECT_EQ(sent->idempotency_key, "");
}

TEST(BatchLine, MayCarryAKeyOfItsOwn) {
  const auto sent = read_batch_line(R"({"idempotency_key":"k1","request":{"type":"command"}})");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->bytes, R"({"type":"command"})");
  EXPECT_EQ(sent->idempotency_key, "k1");
}

TEST(BatchLine, IsBareWhenTheWordStandsElsewhere) {
  const std::string line = R"({"type":"command","name":"\"request\"","labels":{"request":"x"}})";
  ASSERT_TRUE(read_batch_line(line));
  EXPECT_EQ(read_batch_line(line)->bytes, line);
}

TEST(BatchLine, OffersTheNearestFieldForAWrongOne) {
  const auto sent = read_batch_line(R"({"request":{},"idempotency_kee":"k"})");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "BadRequest");
  EXPECT_EQ(sent.error().details[0].hint, "idempotency_key");
}

TEST(BatchLine, RefusesAKeyThatIsNoText) {
  EXPECT_FALSE(read_batch_line(R"({"request":{},"idempotency_key":1})"));
}

TEST(BatchLine, RefusesTheSameFieldTwice) {
  EXPECT_FALSE(read_batch_line(R"({"request":{},"request":{}})"));
}

}  // namespace
}  // namespace berth
