// The text behind a path: decoding it, and reading single values of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "control/call.hpp"

namespace berth {

// "%2F" is "/"; nothing for a broken escape. [any]
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

// Splits "path?a=b&c=d". Errors: "BadRequest" for a broken escape. [any]
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text);

// A call's parameters, held to the names that its route knows.
class Query {
 public:
  // Errors: "BadRequest" with the nearest right name for each that is not in `known`. [any]
  static Result<Query> of(const Call& call, const std::vector<std::string>& known);

  bool has(std::string_view name) const;
  std::string text(std::string_view name) const;  // empty if it is not there; the last one counts
  std::vector<std::string> all(std::string_view name) const;
  bool flag(std::string_view name) const;  // there, and neither "0" nor "false"
  // Errors: "BadRequest" when it is no number from `least` to `most`.
  Result<std::int64_t> number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                              std::int64_t most) const;

 private:
  explicit Query(const std::vector<std::pair<std::string, std::string>>& values)
      : values_(values) {}
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace berth
