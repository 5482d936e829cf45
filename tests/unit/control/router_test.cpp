#include "control/router.hpp"

#include <gtest/gtest.h>

#include <set>

#include "control/replies.hpp"

namespace berth {
namespace {

std::string match(std::string_view pattern, std::string_view path) {
  std::map<std::string, std::string> names;
  if (!path_matches(pattern, path, names)) return "no";
  return names.empty() ? "yes" : names.begin()->second;
}

TEST(Router, MatchesPathsPartByPart) {
  EXPECT_EQ(match("/v1/jobs", "/v1/jobs"), "yes");
  EXPECT_EQ(match("/v1/jobs", "/v1/jobs/"), "no");
  EXPECT_EQ(match("/v1/jobs", "v1/jobs"), "no");
  EXPECT_EQ(match("/v1/jobs/{id}", "/v1/jobs/jabc"), "jabc");
  EXPECT_EQ(match("/v1/jobs/{id}", "/v1/jobs/a%2Fb"), "a/b");
  EXPECT_EQ(match("/v1/jobs/{id}", "/v1/jobs/%zz"), "no");
  EXPECT_EQ(match("/v1/jobs/{id}", "/v1/jobs/jabc:kill"), "no");
  EXPECT_EQ(match("/v1/jobs/{id}:kill", "/v1/jobs/jabc:kill"), "jabc");
  EXPECT_EQ(match("/v1/jobs/{id}:kill", "/v1/jobs/:kill"), "no");
  EXPECT_EQ(match("/v1/jobs/{id}/logs", "/v1/jobs/jabc/logs"), "jabc");
}

TEST(Router, HasEachPathAndMethodOnce) {
  std::set<std::pair<std::string_view, Method>> seen;
  for (const Route& route : all_routes())
    EXPECT_TRUE(seen.insert({route.pattern, route.method}).second) << route.pattern;
}

struct StatusRow {
  const char* code;
  int status;
};

TEST(Replies, GiveEachErrorItsStatus) {
  for (const auto& [code, status] : std::initializer_list<StatusRow>{{"BadRequest", 400},
                                                                     {"Forbidden", 403},
                                                                     {"NotFound", 404},
                                                                     {"TooOld", 410},
                                                                     {"TooLarge", 413},
                                                                     {"NoMatchingPool", 422},
                                                                     {"QueueFull", 429},
                                                                     {"StoreFull", 507},
                                                                     {"SomethingElse", 500}})
    EXPECT_EQ(http_status_of(code), status) << code;
}

TEST(Replies, NameAWrongFieldByItsPath) {
  const Response response =
      error_response({"BadRequest", "a field is wrong", {{"ray.image", "is missing", "image"}}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            R"({"error":{"code":"BadRequest","message":"a field is wrong",)"
            R"("details":[{"path":"ray.image","message":"is missing","hint":"image"}]}})"
            "\n");
}

}  // namespace
}  // namespace berth
