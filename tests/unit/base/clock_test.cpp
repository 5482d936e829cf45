#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

constexpr std::uint64_t kThisBoot = 7;
constexpr std::uint64_t kNextBoot = 8;
constexpr std::uint64_t kUnknownBoot = 0;

struct ElapsedRow {
  const char* name;
  Stamp from;
  Stamp to;
  std::int64_t elapsed_ms;
};

TEST(Clock, MeasuresByBootTimeWithinOneBootAndByWallClockElse) {
  const ElapsedRow rows[] = {
      {"same boot", {1000, 50, kThisBoot}, {1400, 450, kThisBoot}, 400},
      {"same boot, clock set back", {90'000, 50, kThisBoot}, {1000, 450, kThisBoot}, 400},
      {"same boot, clock set ahead", {1000, 50, kThisBoot}, {90'000, 51, kThisBoot}, 1},
      {"next boot", {1000, 5'000'000, kThisBoot}, {4000, 20, kNextBoot}, 3000},
      {"next boot, clock set back", {9000, 50, kThisBoot}, {4000, 20, kNextBoot}, 0},
      {"boot not known", {1000, 50, kUnknownBoot}, {4000, 450, kUnknownBoot}, 3000},
      {"the same moment", {1000, 50, kThisBoot}, {1000, 50, kThisBoot}, 0},
      {"backwards in one boot", {1000, 50, kThisBoot}, {1000, 40, kThisBoot}, 0},
  };
  for (const ElapsedRow& row : rows)
    EXPECT_EQ(elapsed_ms(row.from, row.to), row.elapsed_ms) << row.name;
}

TEST(Clock, SystemTimeGoesOnWithinThisBoot) {
  const SystemClock clock;
  const Stamp before = clock.now();
  const Stamp after = clock.now();
  EXPECT_TRUE(before);
  EXPECT_NE(before.boot, 0u);
  EXPECT_EQ(before.boot, after.boot);
  EXPECT_EQ(SystemClock().now().boot, before.boot);
  EXPECT_GE(after.boot_ms, before.boot_ms);
}

TEST(Clock, AStampOfNoMomentIsFalse) { EXPECT_FALSE(Stamp{}); }

TEST(Clock, WritesTimesAsIso8601InUtc) {
  EXPECT_EQ(iso_time(0), "");
  EXPECT_EQ(iso_time(1), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(iso_time(951'782'400'000), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(iso_time(1'795'435'200'123), "2026-11-23T12:00:00.123Z");
  EXPECT_EQ(iso_time(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace berth
