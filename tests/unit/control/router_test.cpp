#include "control/router.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "control/openapi.hpp"
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

// Whoever makes a new path decides whether the network may see it.
TEST(Router, ShowsStrangersWhatIsListedHereAndNothingElse) {
  std::set<std::string_view> open;
  for (const Route& route : all_routes()) {
    if (route.open_to != OpenTo::kEverybody) continue;
    EXPECT_EQ(route.method, Method::kGet) << route.pattern;
    open.insert(route.pattern);
  }
  EXPECT_EQ(open, (std::set<std::string_view>{"/v1/jobs", "/v1/jobs/{id}", "/v1/jobs/{id}/explain",
                                              "/v1/jobs/{id}/events", "/v1/clusters", "/v1/pools",
                                              "/healthz", "/readyz", "/metrics", "/openapi.json"}));
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

TEST(Replies, NameNoMoreWrongFieldsThanAnybodyReads) {
  Error error("BadRequest", "500 fields are wrong");
  error.details.assign(500, {"a", "is wrong", ""});
  const std::string body = error_response(error).body;
  EXPECT_LT(body.size(), 100u * 50);
  EXPECT_NE(body.find("500 fields are wrong"), std::string::npos);
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

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& letter : text) letter = static_cast<char>(std::tolower(letter));
  return text;
}

TEST(Router, HasTheRoutesThatAreDescribedAndNoOthers) {
  std::set<std::string> routes, described;
  for (const Route& route : all_routes())
    routes.insert(lower(method_name(route.method)) + " " + std::string(route.pattern));
  const auto document = nlohmann::json::parse(openapi_text());
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [method, operation] : item.items())
      if (method != "parameters") described.insert(method + " " + path);
  EXPECT_EQ(routes, described);
}

// Every name in braces is described, and nothing else is.
TEST(Router, HasTheNamesInPathsThatAreDescribed) {
  const auto document = nlohmann::json::parse(openapi_text());
  for (const auto& [path, item] : document["paths"].items()) {
    const auto open = path.find('{');
    if (open == std::string::npos) {
      EXPECT_FALSE(item.contains("parameters")) << path;
      continue;
    }
    ASSERT_EQ(item["parameters"].size(), 1u) << path;
    const std::string reference = item["parameters"][0]["$ref"];
    const auto& parameter = document.at(nlohmann::json::json_pointer(reference.substr(1)));
    EXPECT_EQ(parameter["name"], path.substr(open + 1, path.find('}') - open - 1)) << path;
  }
}

}  // namespace
}  // namespace berth
