#include "control/request_head.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

// Empty: taken.
std::string refusal(int version, const Fields& fields) {
  RequestHead head;
  head.version = version;
  head.fields = fields;
  const auto good = check_framing(head);
  return good ? "" : good.error().code + ": " + good.error().message;
}

struct Row {
  const char* name;
  int version;
  Fields fields;
  const char* said;  // part of the refusal; empty: none
};

TEST(RequestHead, SaysInOneWayWhereTheRequestEnds) {
  for (const auto& [name, version, fields, said] : std::initializer_list<Row>{
           {"no body", 11, {{"Host", "b"}}, ""},
           {"a length", 11, {{"Host", "b"}, {"content-length", "12"}}, ""},
           {"chunks", 11, {{"Host", "b"}, {"Transfer-Encoding", "Chunked"}}, ""},
           {"1.0 without a host", 10, {{"Content-Length", "0"}}, ""},
           {"both",
            11,
            {{"Host", "b"}, {"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}},
            "both Content-Length and Transfer-Encoding"},
           {"two lengths",
            11,
            {{"Host", "b"}, {"Content-Length", "3"}, {"Content-Length", "3"}},
            "Content-Length stands more than once"},
           {"a list of lengths", 11, {{"Host", "b"}, {"Content-Length", "3, 3"}}, "is \"3, 3\""},
           {"a signed length", 11, {{"Host", "b"}, {"Content-Length", "+3"}}, "is \"+3\""},
           {"no length", 11, {{"Host", "b"}, {"Content-Length", ""}}, "must be one number"},
           {"another encoding",
            11,
            {{"Host", "b"}, {"Transfer-Encoding", "gzip, chunked"}},
            "must be chunked and stand once"},
           {"nearly chunked",
            11,
            {{"Host", "b"}, {"Transfer-Encoding", "xchunked"}},
            "must be chunked and stand once"},
           {"chunked twice",
            11,
            {{"Host", "b"}, {"Transfer-Encoding", "chunked"}, {"transfer-encoding", "chunked"}},
            "must be chunked and stand once"},
           {"chunks in 1.0", 10, {{"Transfer-Encoding", "chunked"}}, "this is HTTP/1.0"},
           {"no host", 11, {}, "HTTP/1.1 wants a Host"},
           {"two hosts", 11, {{"Host", "a"}, {"host", "a"}}, "Host stands more than once"},
       }) {
    const std::string found = refusal(version, fields);
    if (*said == '\0') {
      EXPECT_EQ(found, "") << name;
    } else {
      EXPECT_TRUE(found.starts_with("BadRequest: ")) << name << ": " << found;
      EXPECT_NE(found.find(said), std::string::npos) << name << ": " << found;
    }
  }
}

}  // namespace
}  // namespace berth
