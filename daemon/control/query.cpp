#include "control/query.hpp"

#include <algorithm>
#include <charconv>

#include "base/nearest.hpp"
#include "base/text.hpp"

namespace berth {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::pair<std::string, std::string>> parse_pair(std::string_view text) {
  const auto equals = std::min(text.find('='), text.size());
  auto name = percent_decoded(text.substr(0, equals), true);
  auto value = percent_decoded(equals < text.size() ? text.substr(equals + 1) : "", true);
  if (!name || !value || !is_utf8(*name) || !is_utf8(*value))
    return Error{"BadRequest", "the query has a broken escape: \"" + clean_utf8(text, 100) + "\""};
  return std::pair{std::move(*name), std::move(*value)};
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> values;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    if (end > 0) {
      auto pair = parse_pair(text.substr(0, end));
      if (!pair) return pair.error();
      values.push_back(std::move(*pair));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

Result<Query> Query::of(const Call& call, const std::vector<std::string>& known) {
  Error error("BadRequest", "the query has parameters that this path does not know");
  for (const auto& [name, value] : call.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    error.details.push_back({name,
                             known.empty() ? "this path takes no parameters"
                                           : "no such parameter; there are: " + join(known, ", "),
                             nearest(name, known).value_or("")});
  }
  if (!error.details.empty()) return error;
  return Query(call.query);
}

bool Query::has(std::string_view name) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

std::string Query::text(std::string_view name) const {
  std::string found;
  for (const auto& [key, value] : values_)
    if (key == name) found = value;
  return found;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : values_)
    if (key == name) found.push_back(value);
  return found;
}

bool Query::flag(std::string_view name) const {
  const std::string value = text(name);
  return has(name) && value != "0" && value != "false";
}

Result<std::int64_t> Query::number(std::string_view name, std::int64_t otherwise,
                                   std::int64_t least, std::int64_t most) const {
  if (!has(name)) return otherwise;
  const std::string value = text(name);
  std::int64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc() && stopped == end && number >= least && number <= most) return number;
  return Error{"BadRequest",
               "a parameter is out of bounds",
               {{std::string(name),
                 "must be a number from " + std::to_string(least) + " to " + std::to_string(most) +
                     ", is \"" + clean_utf8(value, 40) + "\"",
                 ""}}};
}

}  // namespace berth
