#include "main/asio_loop.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(AsioLoop, RunsTasksInTheOrderTheyWerePosted) {
  AsioLoop loop;
  std::string order;
  loop.post([&] {
    order += "a";
    loop.post([&] { order += "c"; });
  });
  loop.post([&] { order += "b"; });
  loop.after(std::chrono::milliseconds(1), [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST(AsioLoop, DestroysWhatItDropsAndTakesNothingMore) {
  AsioLoop loop;
  const auto held = std::make_shared<int>(0);
  loop.post([held] {});
  loop.after(std::chrono::hours(1), [held] {});
  EXPECT_EQ(held.use_count(), 3);
  loop.drop_everything();
  loop.post([held] {});
  loop.after(std::chrono::hours(1), [held] {});
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace berth
