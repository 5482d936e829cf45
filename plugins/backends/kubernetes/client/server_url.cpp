#include "server_url.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <stdexcept>

namespace berth {
namespace {

bool is_loopback(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return host == "localhost" || (!error && address.is_loopback());
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::uint16_t parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    throw std::invalid_argument("its port is no number from 1 to 65535");
  }
  return port;
}

// Takes the host off the front of "host[:port]", with brackets around one of IPv6.
std::string take_host(std::string_view& authority) {
  const bool has_brackets = take_prefix(authority, "[");
  const std::size_t end = authority.find(has_brackets ? ']' : ':');
  if (has_brackets && end == std::string_view::npos) {
    throw std::invalid_argument("its '[' has no ']'");
  }
  const std::string host(authority.substr(0, end));
  authority.remove_prefix(std::min(authority.size(), host.size() + (has_brackets ? 1 : 0)));
  if (host.empty()) throw std::invalid_argument("it names no host");
  return host;
}

}  // namespace

bool is_address(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

ServerUrl parse_server_url(std::string_view text) {
  const bool is_clean = std::all_of(text.begin(), text.end(), [](unsigned char letter) {
    return letter > ' ' && letter < 0x7F && letter != '?' && letter != '#' && letter != '@';
  });
  if (!is_clean) {
    throw std::invalid_argument("it has a space, user, query or fragment; remove that");
  }
  ServerUrl url;
  if (take_prefix(text, "http://")) {
    url.is_tls = false;
    url.port = 80;
  } else if (!take_prefix(text, "https://")) {
    throw std::invalid_argument("it does not begin with https://");
  }
  std::string_view authority = text.substr(0, text.find('/'));
  url.base_path = text.substr(authority.size());
  while (url.base_path.ends_with('/')) url.base_path.pop_back();
  url.host = take_host(authority);
  if (take_prefix(authority, ":")) {
    url.port = parse_port(authority);
  } else if (!authority.empty()) {
    throw std::invalid_argument("something stands between its host and its port");
  }
  if (!url.is_tls && !is_loopback(url.host)) {
    throw std::invalid_argument(
        "http:// is taken for this machine alone, since anybody on the way could read the "
        "credentials; use https://");
  }
  return url;
}

}  // namespace berth
