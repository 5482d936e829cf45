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
  auto first = hub.join();
  auto second = hub.join();
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(hub.join());
  first.reset();
  EXPECT_TRUE(hub.join());
}

}  // namespace
}  // namespace berth
