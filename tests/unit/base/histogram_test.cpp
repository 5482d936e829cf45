#include "base/histogram.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

std::size_t bucket_of(std::int64_t took_ns) {
  Histogram histogram;
  histogram.add(took_ns);
  const auto counts = histogram.value().counts;
  return static_cast<std::size_t>(std::find(counts.begin(), counts.end(), 1u) - counts.begin());
}

TEST(Histogram, CountsADurationUnderTheFirstBoundThatItDoesNotExceed) {
  EXPECT_EQ(bucket_of(-5), 0u);
  EXPECT_EQ(bucket_of(0), 0u);
  for (std::size_t i = 0; i < Histogram::kBounds; ++i) {
    EXPECT_EQ(bucket_of(Histogram::bound_ns(i)), i);
    EXPECT_EQ(bucket_of(Histogram::bound_ns(i) + 1), i + 1);
  }
  EXPECT_EQ(bucket_of(INT64_MAX), Histogram::kBounds);
}

TEST(Histogram, AddsUp) {
  Histogram a, b;
  a.add(100);
  a.add(5'000'000'000);
  b.add(300);
  Histogram::Value sum = a.value();
  sum += b.value();
  EXPECT_EQ(sum.count(), 3u);
  EXPECT_EQ(sum.sum_ns, 5'000'000'400);
  EXPECT_EQ(sum.counts[0], 1u);
  EXPECT_EQ(sum.counts[1], 1u);
}

}  // namespace
}  // namespace berth
