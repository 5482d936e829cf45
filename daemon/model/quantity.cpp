#include "model/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace berth {
namespace {

struct Unit {
  std::string_view suffix;
  double factor;
};

constexpr std::array kQuantityUnits{
    Unit{"", 1},       Unit{"m", 1e-3},          Unit{"k", 1e3},
    Unit{"M", 1e6},    Unit{"G", 1e9},           Unit{"T", 1e12},
    Unit{"P", 1e15},   Unit{"Ki", 1024.0},       Unit{"Mi", 1048576.0},
    Unit{"Gi", 1073741824.0}, Unit{"Ti", 1099511627776.0}, Unit{"Pi", 1125899906842624.0}};

constexpr std::array kTimeUnits{Unit{"ms", 1},     Unit{"s", 1e3},    Unit{"m", 60e3},
                                Unit{"h", 3600e3}, Unit{"d", 86400e3}};

constexpr double kMost = 9e15;  // whole numbers of a double are exact up to here

struct Number {
  double value;
  std::string_view rest;
};

// A plain decimal at the front; no sign, no exponent, no "inf".
bool read_number(std::string_view text, Number& number) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + end, number.value, std::chars_format::fixed);
  if (error != std::errc{} || stop != text.data() + end) return false;
  number.rest = text.substr(end);
  return true;
}

Error bad_quantity(std::string_view text) {
  return {"BadQuantity", "\"" + std::string(text) +
                             "\" is no quantity; write a number with an optional unit such as "
                             "\"500m\", \"2\" or \"16Gi\""};
}

Result<std::int64_t> parse_scaled(std::string_view text, double scale) {
  Number number{};
  if (!read_number(text, number)) return bad_quantity(text);
  for (const Unit& unit : kQuantityUnits) {
    if (unit.suffix != number.rest) continue;
    const double amount = number.value * unit.factor * scale;
    if (amount > kMost) return bad_quantity(text);
    // Round up as Kubernetes does, but let 0.1 * 1000 be 100.
    return static_cast<std::int64_t>(std::ceil(amount - 1e-6));
  }
  return bad_quantity(text);
}

Error bad_duration(std::string_view text) {
  return {"BadDuration", "\"" + std::string(text) +
                             "\" is no duration; write numbers with units such as \"30m\", "
                             "\"1h30m\" or \"250ms\""};
}

std::string decimal(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  std::string trimmed(text);
  trimmed.erase(trimmed.find_last_not_of('0') + 1);
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed;
}

}  // namespace

Result<std::int64_t> parse_milli(std::string_view text) { return parse_scaled(text, 1000); }

Result<std::int64_t> parse_bytes(std::string_view text) { return parse_scaled(text, 1); }

Result<std::int64_t> parse_duration_ms(std::string_view text) {
  if (text.empty()) return bad_duration(text);
  double total = 0;
  std::string_view left = text;
  while (!left.empty()) {
    Number number{};
    if (!read_number(left, number)) return bad_duration(text);
    const std::size_t unit_end =
        std::min(number.rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), number.rest.size());
    const std::string_view suffix = number.rest.substr(0, unit_end);
    double factor = 0;
    for (const Unit& unit : kTimeUnits) {
      if (unit.suffix == suffix) factor = unit.factor;
    }
    if (factor == 0) return bad_duration(text);
    total += number.value * factor;
    left = number.rest.substr(unit_end);
  }
  if (total > kMost) return bad_duration(text);
  return static_cast<std::int64_t>(std::llround(total));
}

std::string milli_text(std::int64_t milli) { return decimal(static_cast<double>(milli) / 1000); }

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array kUnits{"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return decimal(std::round(value * 100) / 100) + kUnits[unit];
}

std::string duration_text(std::int64_t ms) {
  if (ms < 1000) return std::to_string(ms) + "ms";
  constexpr std::array<std::pair<std::int64_t, const char*>, 4> kParts{
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}}};
  std::string text;
  int shown = 0;
  for (const auto& [size, unit] : kParts) {
    const std::int64_t count = ms / size;
    if (shown > 0) ++shown;
    if (count == 0) continue;
    text += std::to_string(count) + unit;
    ms -= count * size;
    if (shown == 0) shown = 1;
    if (shown >= 2) break;
  }
  return text;
}

}  // namespace berth
