// An address to listen at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace berth {

struct TcpAddress {
  std::string host;  // "127.0.0.1", "::1"
  std::uint16_t port = 0;
  bool is_v6 = false;
  bool is_loopback = false;  // only this machine can connect
};

// "127.0.0.1:7077" or "[::1]:7077": an address, not a name, because what a name stands for can
// change behind the back of whoever decided that it is safe. Errors: "BadSetting", with the
// sentence that follows the setting's name. [any]
Result<TcpAddress> parse_tcp_address(std::string_view text);

bool is_ip_address(const std::string& text);  // without brackets [any]

}  // namespace berth
