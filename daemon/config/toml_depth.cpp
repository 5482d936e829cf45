#include "config/toml_depth.hpp"

#include <algorithm>

namespace berth {
namespace {

// Behind the quoted text that begins at `at`, or at the end of its line.
std::size_t end_of_quoted(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  for (++at; at < toml.size() && toml[at] != quote && toml[at] != '\n'; ++at)
    if (toml[at] == '\\' && quote == '"') ++at;
  return at;
}

bool ends_name(char c) {
  constexpr std::string_view kEnds = "\n=,[]{}";
  return kEnds.find(c) != std::string_view::npos;
}

}  // namespace

int line_of_too_deep_name(std::string_view toml) {
  int line = 1;
  int dots = 0;
  for (std::size_t at = 0; at < toml.size(); ++at) {
    if (toml[at] == '#') at = std::min(toml.find('\n', at), toml.size() - 1);
    if (toml[at] == '"' || toml[at] == '\'') at = end_of_quoted(toml, at);
    if (at >= toml.size()) break;
    if (ends_name(toml[at])) dots = 0;
    if (toml[at] == '\n') ++line;
    if (toml[at] == '.' && ++dots >= kNamePartsMax) return line;
  }
  return 0;
}

}  // namespace berth
