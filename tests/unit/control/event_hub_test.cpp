#include "control/event_hub.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(EventHub, WakesWhoWaitsForWhatComesNext) {
  EventHub hub(1);
  int woken = 0;
  hub.wait(5, [&] { ++woken; });
  EXPECT_EQ(woken, 0);
  hub.publish(6);
  EXPECT_EQ(woken, 1);
  hub.publish(7);
  EXPECT_EQ(woken, 1);
}

TEST(EventHub, WakesAtOnceWhoIsBehind) {
  EventHub hub(1);
  hub.publish(6);
  int woken = 0;
  hub.wait(5, [&] { ++woken; });
  EXPECT_EQ(woken, 1);
  hub.wait(6, [&] { ++woken; });
  EXPECT_EQ(woken, 1);
}

TEST(EventHub, ForgetsWhoGaveUp) {
  EventHub hub(1);
  int woken = 0;
  hub.give_up(hub.wait(0, [&] { ++woken; }));
  hub.publish(1);
  EXPECT_EQ(woken, 0);
}

TEST(EventHub, HasSoManyPlacesAndNoMore) {
  EventHub hub(2);
  auto first = hub.join(1);
  auto second = hub.join(2);
  EXPECT_TRUE(first && second);
  const auto refused = hub.join(3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "TooManyWatchers");
  EXPECT_NE(refused.error().message.find("limits.watchers_max"), std::string::npos);
  first->reset();
  EXPECT_TRUE(hub.join(3));
}

TEST(EventHub, LetsNoUserHaveMoreThanHisShare) {
  EventHub hub(10);
  auto first = hub.join(1, 2);
  auto second = hub.join(1, 2);
  EXPECT_TRUE(first && second);
  const auto refused = hub.join(1, 2);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("limits.watchers_per_user_max"), std::string::npos);
  EXPECT_TRUE(hub.join(2, 2));
  second->reset();
  EXPECT_TRUE(hub.join(1, 2));
}

}  // namespace
}  // namespace berth
