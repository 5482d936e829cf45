// Which names a client of the network may call this server by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "control/request_head.hpp"

namespace berth {

// A web page can make its own host name stand for this server's address, and its visitor's browser
// then reads from here as if it read from there. What it cannot change is the name in the request:
// so only names that are ours are answered, and nothing that a page of another site asked for.
class HostRule {
 public:
  // Besides the names of loopback. "*.example.org" is any one word in place of the star.
  explicit HostRule(std::vector<std::string> names);

  // `own` is the address that the client connected to. Errors: "WrongHost", "ForeignOrigin". [any]
  Result<void> check(const RequestHead& head, std::string_view own) const;

 private:
  bool is_ours(std::string_view host, std::string_view own) const;

  std::vector<std::string> names_;
};

// "berth.example" of "Berth.Example:7077", "::1" of "[::1]:7077"; in lower case; empty when it is
// no host. [any]
std::string host_name(std::string_view authority);

}  // namespace berth
