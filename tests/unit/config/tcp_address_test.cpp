#include "config/tcp_address.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

// "host port", then what it is.
std::string read(const char* text) {
  const auto address = parse_tcp_address(text);
  if (!address) return "no";
  return address->host + " " + std::to_string(address->port) + (address->is_v6 ? " v6" : " v4") +
         (address->is_loopback ? " loopback" : "");
}

struct Row {
  const char* text;
  const char* read;
};

TEST(TcpAddress, IsAnAddressAndAPort) {
  for (const auto& [text, expected] : std::initializer_list<Row>{
           {"127.0.0.1:7077", "127.0.0.1 7077 v4 loopback"},
           {"127.9.9.9:0", "127.9.9.9 0 v4 loopback"},
           {"[::1]:7077", "::1 7077 v6 loopback"},
           {"0.0.0.0:65535", "0.0.0.0 65535 v4"},
           {"[::]:1", ":: 1 v6"},
           {"[::ffff:127.0.0.1]:1", "::ffff:127.0.0.1 1 v6"},
           {"10.1.2.3:7077", "10.1.2.3 7077 v4"},
           {"localhost:7077", "no"},
           {"berth.example:7077", "no"},
           {"127.0.0.1", "no"},
           {":7077", "no"},
           {"7077", "no"},
           {"", "no"},
           {"127.0.0.1:", "no"},
           {"127.0.0.1:65536", "no"},
           {"127.0.0.1:-1", "no"},
           {"127.0.0.1:7077 ", "no"},
           {"127.0.0.1:+1", "no"},
           {"127.1:7077", "no"},
           {"0x7f000001:7077", "no"},
           {"::1:7077", "no"},
           {"[]:7077", "no"},
           {"[127.0.0.1]:7077", "no"},
       })
    EXPECT_EQ(read(text), expected) << text;
}

}  // namespace
}  // namespace berth
