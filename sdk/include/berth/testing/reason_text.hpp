// Puts a verdict's numbers into its reason's sentence, as the daemon shows them.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "berth/abi.h"

namespace berth::testing {
namespace detail {

inline std::string decimal(double value) {
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.3f", value);
  std::string text = digits;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

inline std::string bytes_text(std::int64_t bytes) {
  constexpr const char* kUnits[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (unit < 5 && (amount >= 1024 || amount <= -1024)) {
    amount /= 1024;
    ++unit;
  }
  return decimal(std::round(amount * 100) / 100) + kUnits[unit];
}

inline berth_unit unit_named(std::string_view word, berth_unit otherwise) {
  if (word == "milli") return BERTH_UNIT_MILLI;
  if (word == "bytes") return BERTH_UNIT_BYTES;
  if (word == "text") return BERTH_UNIT_TEXT;
  return otherwise;
}

template <typename TextOf>
std::string figure_text(std::int64_t value, berth_unit unit, TextOf& text_of) {
  if (unit == BERTH_UNIT_MILLI) return decimal(static_cast<double>(value) / 1000);
  if (unit == BERTH_UNIT_BYTES) return bytes_text(value);
  if (unit == BERTH_UNIT_TEXT) return text_of(static_cast<berth_id>(value));
  return std::to_string(value);
}

// The text of what stood between braces; unchanged, braces and all, when it is no figure.
template <typename TextOf>
std::string placeholder_text(std::string_view inside, const berth_verdict& verdict,
                             TextOf& text_of) {
  const std::size_t colon = inside.find(':');
  const std::string_view which = inside.substr(0, colon);
  const std::string_view word = colon == inside.npos ? "" : inside.substr(colon + 1);
  if (which == "want") {
    return figure_text(verdict.want, unit_named(word, verdict.want_unit), text_of);
  }
  if (which == "have") {
    return figure_text(verdict.have, unit_named(word, verdict.have_unit), text_of);
  }
  return '{' + std::string(inside) + '}';
}

}  // namespace detail

// "needs {want} gpu, {have} free" with 8000 and 6000 thousandths becomes "needs 8 gpu, 6 free".
// `text_of` turns a berth_id into text; it also gets BERTH_ID_ABSENT and BERTH_ID_UNKNOWN. [any]
template <typename TextOf>
std::string reason_text(std::string_view sentence, const berth_verdict& verdict, TextOf text_of) {
  std::string out;
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('{');
    const std::size_t close = sentence.find('}', open == sentence.npos ? open : open + 1);
    if (close == sentence.npos) return out.append(sentence);
    out += sentence.substr(0, open);
    out += detail::placeholder_text(sentence.substr(open + 1, close - open - 1), verdict, text_of);
    sentence.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace berth::testing
