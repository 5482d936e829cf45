// The head of a request as it came, and what is refused of it before anything else is looked at.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct RequestHead {
  std::string_view method;
  int version = 11;  // of HTTP, times ten
  std::vector<std::pair<std::string_view, std::string_view>> fields;

  std::vector<std::string_view> all(std::string_view name) const;  // without regard to case
};

// A request must say in one way alone where it ends: two readers that understand it differently can
// be made to see different requests. Errors: "BadRequest". [any]
Result<void> check_framing(const RequestHead& head);

}  // namespace berth
