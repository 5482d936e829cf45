// The address of an API server as people write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

struct ServerUrl {
  bool is_tls = true;
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 443;
  std::string base_path;  // without a '/' at its end
};

// "https://host[:port][/path]", and "http://" for loopback alone. Throws std::invalid_argument that
// says what is wrong with it. [any]
ServerUrl parse_server_url(std::string_view text);

bool is_address(const std::string& host);  // of IPv4 or IPv6 [any]

}  // namespace berth
