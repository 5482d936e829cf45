#include "section/quantity_text.hpp"

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

constexpr std::array kUnits{
    Unit{"", 1},        Unit{"m", 1e-3},    Unit{"k", 1e3},     Unit{"M", 1e6},
    Unit{"G", 1e9},     Unit{"T", 1e12},    Unit{"P", 1e15},    Unit{"E", 1e18},
    Unit{"Ki", 0x1p10}, Unit{"Mi", 0x1p20}, Unit{"Gi", 0x1p30}, Unit{"Ti", 0x1p40},
    Unit{"Pi", 0x1p50}, Unit{"Ei", 0x1p60}, Unit{"u", 1e-6},    Unit{"n", 1e-9}};

constexpr double kMost = 0x1p53;  // up to here a double holds every whole number

// "e6" and "E+6" are powers of ten, as Kubernetes writes large numbers.
std::optional<double> factor_of(std::string_view suffix) {
  for (const Unit& unit : kUnits) {
    if (unit.suffix == suffix) return unit.factor;
  }
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(suffix[1] == '+' ? 2 : 1);
  int power = 0;
  const auto [stop, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), power);
  if (error != std::errc{} || stop != suffix.data() + suffix.size()) return std::nullopt;
  return std::pow(10.0, power);
}

}  // namespace

std::optional<std::int64_t> parse_quantity(std::string_view text, double scale) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + digits, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != text.data() + digits) return std::nullopt;
  const std::optional<double> factor = factor_of(text.substr(digits));
  if (!factor) return std::nullopt;
  // Rounded up, but 0.1 * 1000 is 100.
  const double amount = std::ceil(number * *factor * scale - 1e-6);
  if (!(amount <= kMost)) return std::nullopt;
  return static_cast<std::int64_t>(amount);
}

std::string amount_of_bytes(std::int64_t bytes) {
  static constexpr const char* kSuffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  double amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1024 && unit + 1 < std::size(kSuffixes)) {
    amount /= 1024;
    ++unit;
  }
  const double tenths =
      std::floor(amount * 10) / 10;  // what is below a limit must not look like it
  char text[32];
  std::snprintf(text, sizeof text, tenths == std::floor(tenths) ? "%.0f%s" : "%.1f%s", tenths,
                kSuffixes[unit]);
  return text;
}

}  // namespace berth
