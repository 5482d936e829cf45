#include "control/query.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(PercentDecoded, ReadsEscapes) {
  EXPECT_EQ(percent_decoded("a%2Fb+c"), "a/b+c");
  EXPECT_EQ(percent_decoded("a+b", true), "a b");
  for (const char* broken : {"%", "%2", "%zz", "a%2"})
    EXPECT_FALSE(percent_decoded(broken)) << broken;
}

TEST(ParseQuery, SplitsPairs) {
  const auto query = parse_query("a=1&b=&&c&d=x%3Dy");
  ASSERT_TRUE(query);
  EXPECT_EQ(*query, (std::vector<std::pair<std::string, std::string>>{
                        {"a", "1"}, {"b", ""}, {"c", ""}, {"d", "x=y"}}));
  EXPECT_FALSE(parse_query("a=%f"));
  EXPECT_FALSE(parse_query("a=%ff")) << "no UTF-8";
}

TEST(Query, ReadsFlags) {
  Call call;
  call.query = {{"follow", "1"}, {"watch", ""}, {"no", "0"}, {"not", "false"}};
  const auto query = Query::of(call, {"follow", "watch", "no", "not", "absent"});
  ASSERT_TRUE(query);
  EXPECT_TRUE(query->flag("follow"));
  EXPECT_TRUE(query->flag("watch"));
  EXPECT_FALSE(query->flag("no"));
  EXPECT_FALSE(query->flag("not"));
  EXPECT_FALSE(query->flag("absent"));
}

}  // namespace
}  // namespace berth
