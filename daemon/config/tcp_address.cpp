#include "config/tcp_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>

#include "base/text.hpp"

namespace berth {
namespace {

Error not_an_address(std::string_view text) {
  return {"BadSetting",
          "must be an IP address and a port such as \"127.0.0.1:7077\" or \"[::1]:7077\", is \"" +
              clean_utf8(text, 100) + "\""};
}

// Errors are the caller's.
bool read_port(std::string_view text, std::uint16_t& port) {
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, port);
  return !text.empty() && failed == std::errc() && stopped == end;
}

bool read_v4(TcpAddress& address) {
  in_addr bytes{};
  if (::inet_pton(AF_INET, address.host.c_str(), &bytes) != 1) return false;
  address.is_loopback = ntohl(bytes.s_addr) >> 24 == IN_LOOPBACKNET;
  return true;
}

bool read_v6(TcpAddress& address) {
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.host.c_str(), &bytes) != 1) return false;
  address.is_v6 = true;
  address.is_loopback = IN6_IS_ADDR_LOOPBACK(&bytes);
  return true;
}

}  // namespace

Result<TcpAddress> parse_tcp_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return not_an_address(text);
  TcpAddress address;
  std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  address.host = host;
  const bool is_known = is_bracketed ? read_v6(address) : read_v4(address);
  if (!is_known || !read_port(text.substr(colon + 1), address.port)) return not_an_address(text);
  return address;
}

bool is_ip_address(const std::string& text) {
  in6_addr bytes{};
  return ::inet_pton(AF_INET, text.c_str(), &bytes) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

}  // namespace berth
