#include "control/host_rule.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace berth {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool may_be_in_a_host(unsigned char c) {
  constexpr std::string_view kBesides = "-._:[]";
  return std::isalnum(c) != 0 || kBesides.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_of_loopback(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

bool matches(std::string_view name, std::string_view host) {
  if (!name.starts_with("*.")) return name == host;
  const auto dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && host.substr(dot) == name.substr(1);
}

Error wrong_host(std::string_view host) {
  return {"WrongHost", "this server is not known as \"" + clean_utf8(host, 100) +
                           "\"; the names that it answers to besides localhost are in its "
                           "certificate and in server.tcp.names"};
}

// "https://berth.example:7077" of our own pages, of which there are none; still it is not foreign.
bool is_same_origin(std::string_view origin, std::string_view host) {
  const auto end = origin.find("://");
  return end != std::string_view::npos && lower(origin.substr(end + 3)) == lower(host);
}

bool asks_for_another_site(const RequestHead& head) {
  const auto sites = head.all("Sec-Fetch-Site");
  return std::any_of(sites.begin(), sites.end(),
                     [](std::string_view site) { return site != "none" && site != "same-origin"; });
}

}  // namespace

std::string host_name(std::string_view authority) {
  if (!std::all_of(authority.begin(), authority.end(), may_be_in_a_host)) return "";

  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return "";
    const std::string_view rest = authority.substr(end + 1);
    if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return "";
    return lower(authority.substr(1, end - 1));
  }
  const auto colon = std::min(authority.find(':'), authority.size());
  if (colon < authority.size() && !is_port(authority.substr(colon + 1))) return "";
  return lower(authority.substr(0, colon));
}

HostRule::HostRule(std::vector<std::string> names) : names_(std::move(names)) {
  for (std::string& name : names_) name = lower(name);
}

bool HostRule::is_ours(std::string_view host, std::string_view own) const {
  if (host.empty()) return false;
  return is_of_loopback(host) || host == own ||
         std::any_of(names_.begin(), names_.end(),
                     [&](const std::string& name) { return matches(name, host); });
}

Result<void> HostRule::check(const RequestHead& head, std::string_view own) const {
  const auto hosts = head.all("Host");
  const std::string_view said = hosts.empty() ? "" : hosts.front();
  if (!is_ours(host_name(said), own)) return wrong_host(said);
  for (const std::string_view origin : head.all("Origin")) {
    if (!is_same_origin(origin, said))
      return Error{"ForeignOrigin", "pages of " + clean_utf8(origin, 100) +
                                        " may not read from here: this server is for no web page"};
  }
  if (asks_for_another_site(head))
    return Error{"ForeignOrigin",
                 "a page of another site asked for this: this server is for no web page"};
  return {};
}

}  // namespace berth
