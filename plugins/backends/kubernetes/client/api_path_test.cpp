#include "api_path.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(ApiPath, EncodesAllButWhatNeedsNone) {
  EXPECT_EQ(percent_encoded("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(percent_encoded("a=b,c in (d)/\xC3\xA4"), "a%3Db%2Cc%20in%20%28d%29%2F%C3%A4");
}

TEST(ApiPath, AddsToAQueryThatIsThere) {
  EXPECT_EQ(with_query("/api/v1/pods", {{"limit", "5"}, {"continue", ""}, {"watch", "1"}}),
            "/api/v1/pods?limit=5&watch=1");
  EXPECT_EQ(with_query("/api/v1/pods?limit=5", {{"labelSelector", "a=b"}}),
            "/api/v1/pods?limit=5&labelSelector=a%3Db");
}

}  // namespace
}  // namespace berth
