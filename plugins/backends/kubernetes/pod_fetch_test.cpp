#include "pod_fetch.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using nlohmann::json;

const PodPort kPlace{"ml", "p1", 8265};

std::string refusal(const json& from) {
  try {
    fetch_request(from, kPlace);
  } catch (const BadFetch& error) {
    return error.what();
  }
  return "";
}

TEST(PodFetch, GoesThroughTheProxyOfThePod) {
  const ApiRequest request = fetch_request(
      json::parse(
          R"({"method": "POST", "path": "/api/jobs/?a=b%20c", "body": "{}", "timeout_ms": 700,
          "limit_bytes": 100, "headers": {"X-Ray-Authorization": "Bearer t",
          "Content-Type": "text/plain", "Host": "elsewhere"}})"),
      kPlace);
  EXPECT_EQ(request.path, "/api/v1/namespaces/ml/pods/http:p1:8265/proxy/api/jobs/?a=b%20c");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.content_type, "text/plain");
  EXPECT_EQ(request.headers,
            (std::map<std::string, std::string>{{"X-Ray-Authorization", "Bearer t"}}));
  EXPECT_EQ(request.timeout.count(), 700);
  EXPECT_EQ(request.limit_bytes, 100u);
}

TEST(PodFetch, NeverSpeaksForSomebodyElse) {
  for (const char* header : {"Authorization", "authorization", "Impersonate-User", "X-Remote-User"})
    EXPECT_NE(refusal({{"path", "/"}, {"headers", {{header, "x"}}}}).find(header),
              std::string::npos);
}

TEST(PodFetch, NeverLeavesThePod) {
  for (const char* path : {"", "api", "/../secrets", "/a/..", "/a/%2e%2E/b", "/a%2f..%2Fb", "/./x",
                           "/a b", "/a\r\nX: y", "/%252e%252e/", "/a\\..\\b"})
    EXPECT_NE(refusal({{"path", path}}), "") << path;
  EXPECT_EQ(refusal({{"path", "/a..b/c?x=../y"}}), "");
}

}  // namespace
}  // namespace berth
