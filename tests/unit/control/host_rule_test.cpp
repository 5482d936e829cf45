#include "control/host_rule.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

const HostRule rule({"Berth.Example.org", "*.pods.example.org", "10.0.0.7"});

// The error's code; empty: admitted. The client connected to 192.0.2.1.
std::string code(std::string_view host, std::string_view field = "", std::string_view value = "") {
  RequestHead head;
  head.fields.emplace_back("Host", host);
  if (!field.empty()) head.fields.emplace_back(field, value);
  const auto admitted = rule.check(head, "192.0.2.1");
  return admitted ? "" : admitted.error().code;
}

TEST(HostRule, AnswersToItsOwnNamesOnly) {
  for (const char* host : {"localhost", "localhost:7077", "LOCALHOST", "127.0.0.1:1", "[::1]:7077",
                           "[::1]", "192.0.2.1:7077", "berth.example.org", "BERTH.example.ORG:443",
                           "a.pods.example.org", "10.0.0.7"})
    EXPECT_EQ(code(host), "") << host;
  for (const char* host : {"",
                           "evil.example",
                           "evil.example:7077",
                           "localhost.evil.example",
                           "berth.example.org.",
                           "xberth.example.org",
                           "example.org",
                           "a.b.pods.example.org",
                           ".pods.example.org",
                           "pods.example.org",
                           "*.pods.example.org",
                           "192.0.2.2",
                           "127.0.0.1.evil.example",
                           "localhost:7077:7077",
                           "localhost:x",
                           "[::1",
                           "[::1]x",
                           "[::2]:7077",
                           "localhost evil",
                           "localhost@evil.example",
                           "berth.example.org/x"})
    EXPECT_EQ(code(host), "WrongHost") << host;
}

TEST(HostRule, WantsAHost) {
  EXPECT_EQ(rule.check(RequestHead{}, "192.0.2.1").error().code, "WrongHost");
}

struct Row {
  const char* field;
  const char* value;
  const char* code;
};

TEST(HostRule, AnswersNoPageOfAnotherSite) {
  for (const auto& [field, value, expected] : std::initializer_list<Row>{
           {"Origin", "http://localhost:7077", ""},
           {"Origin", "https://LOCALHOST:7077", ""},
           {"Origin", "http://localhost", "ForeignOrigin"},
           {"Origin", "http://localhost:8080", "ForeignOrigin"},
           {"Origin", "http://evil.example", "ForeignOrigin"},
           {"Origin", "http://evil.example/localhost:7077", "ForeignOrigin"},
           {"Origin", "null", "ForeignOrigin"},
           {"Origin", "", "ForeignOrigin"},
           {"Sec-Fetch-Site", "none", ""},
           {"Sec-Fetch-Site", "same-origin", ""},
           {"Sec-Fetch-Site", "same-site", "ForeignOrigin"},
           {"Sec-Fetch-Site", "cross-site", "ForeignOrigin"},
       })
    EXPECT_EQ(code("localhost:7077", field, value), expected) << field << ": " << value;
}

}  // namespace
}  // namespace berth
