#include "json_match.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

std::string compare(const char* expected, const char* heard, Names& names) {
  return mismatch(nlohmann::json::parse(expected), nlohmann::json::parse(heard), names);
}

TEST(JsonMatch, LetsFieldsBeLeftOutButNotDiffer) {
  Names names;
  EXPECT_EQ(compare(R"({"a":1})", R"({"a":1,"b":2})", names), "");
  EXPECT_NE(compare(R"({"a":1,"b":2})", R"({"a":1})", names), "");
  EXPECT_NE(compare(R"({"a":1})", R"({"a":2})", names), "");
  EXPECT_NE(compare(R"([1])", R"([1,2])", names), "");
  EXPECT_EQ(compare(R"({"a":"*"})", R"({"a":[3]})", names), "");
}

TEST(JsonMatch, RemembersWhatANameStoodFor) {
  Names names;
  EXPECT_EQ(compare(R"({"id":"{id}"})", R"({"id":"jabc"})", names), "");
  EXPECT_EQ(with_names("/v1/jobs/{id}", names), "/v1/jobs/jabc");
  EXPECT_EQ(
      compare(R"({"message":"job {id} is gone"})", R"({"message":"job jabc is gone"})", names), "");
  EXPECT_NE(compare(R"({"id":"{id}"})", R"({"id":"jxyz"})", names), "");
}

}  // namespace
}  // namespace berth
