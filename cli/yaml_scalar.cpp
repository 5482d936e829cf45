#include "cli/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

namespace berth {
namespace {

using Json = nlohmann::json;

template <std::size_t N>
bool is_one_of(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool only_digits(std::string_view text, int base) {
  if (text.empty()) return false;
  return std::all_of(text.begin(), text.end(), [base](unsigned char c) {
    return base == 2    ? c == '0' || c == '1'
           : base == 8  ? c >= '0' && c <= '7'
           : base == 16 ? std::isxdigit(c) != 0
                        : std::isdigit(c) != 0;
  });
}

// Whole numbers that fit neither 64-bit type become decimals.
std::optional<Json> whole(const std::string& text) {
  const bool has_sign = text[0] == '-' || text[0] == '+';
  std::string_view digits = std::string_view(text).substr(has_sign ? 1 : 0);
  int base = 10;
  if (!has_sign && digits.starts_with("0o")) base = 8;
  if (!has_sign && digits.starts_with("0x")) base = 16;
  if (base != 10) digits.remove_prefix(2);
  if (!only_digits(digits, base)) return std::nullopt;
  std::uint64_t size = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  const bool is_negative = text[0] == '-';
  constexpr std::uint64_t kLargest = INT64_MAX;
  if (read.ec != std::errc{} || (is_negative && size > kLargest))
    return Json(std::strtod(text.c_str(), nullptr));
  if (is_negative) return Json(-static_cast<std::int64_t>(size));
  return size > kLargest ? Json(size) : Json(static_cast<std::int64_t>(size));
}

// As YAML 1.1 has them: 0x1f, 0b11, 0o17 and 017. Nothing for what fits neither 64-bit type.
std::optional<Json> whole_by_prefix(const std::string& text) {
  const bool is_negative = text[0] == '-';
  std::string digits = text.substr(is_negative || text[0] == '+' ? 1 : 0);
  const char second = digits.size() > 2 ? static_cast<char>(std::tolower(digits[1])) : '\0';
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    base = second == 'x' ? 16 : second == 'b' ? 2 : 8;
    digits.erase(0, second == 'x' || second == 'b' || second == 'o' ? 2 : 1);
  }
  if (!only_digits(digits, base)) return std::nullopt;
  std::uint64_t size = 0;
  const char* const end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, size, base).ec != std::errc{}) return std::nullopt;
  constexpr std::uint64_t kLargest = INT64_MAX;
  if (!is_negative) return size > kLargest ? Json(size) : Json(static_cast<std::int64_t>(size));
  if (size > kLargest + 1) return std::nullopt;
  return Json(static_cast<std::int64_t>(0 - size));
}

std::size_t skip_digits(const std::string& text, std::size_t at) {
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) ++at;
  return at;
}

// [-+]? ( . digits | digits ( . digits? )? ) ( [eE] [-+]? digits )?
bool is_decimal(const std::string& text) {
  const std::size_t start = text[0] == '-' || text[0] == '+' ? 1 : 0;
  std::size_t at = skip_digits(text, start);
  std::size_t digits = at - start;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    digits += end - at - 1;
    at = end;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    at = skip_digits(text, exponent);
    if (at == exponent) return false;
  }
  return at == text.size();
}

bool is_no_number_of_json(const std::string& text) {
  constexpr std::array<std::string_view, 12> kWords{".inf",  ".Inf",  ".INF",  "+.inf",
                                                    "+.Inf", "+.INF", "-.inf", "-.Inf",
                                                    "-.INF", ".nan",  ".NaN",  ".NAN"};
  return is_one_of(text, kWords);
}

}  // namespace

std::optional<Json> plain_yaml_value(const std::string& text) {
  constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
  constexpr std::array<std::string_view, 3> kTrue{"true", "True", "TRUE"};
  constexpr std::array<std::string_view, 3> kFalse{"false", "False", "FALSE"};
  if (is_one_of(text, kNull)) return Json(nullptr);
  if (is_one_of(text, kTrue)) return Json(true);
  if (is_one_of(text, kFalse)) return Json(false);
  if (is_no_number_of_json(text)) return std::nullopt;
  if (auto number = whole(text)) return number;
  if (!is_decimal(text)) return Json(text);
  const double value = std::strtod(text.c_str(), nullptr);
  if (value > 1.7976931348623157e308 || value < -1.7976931348623157e308) return std::nullopt;
  return Json(value);
}

std::optional<Json> plain_manifest_value(const std::string& text) {
  constexpr std::array<std::string_view, 8> kTrue{"y",  "Y",  "yes", "Yes",
                                                  "YES", "on", "On",  "ON"};
  constexpr std::array<std::string_view, 8> kFalse{"n",  "N",   "no",  "No",
                                                   "NO", "off", "Off", "OFF"};
  if (is_one_of(text, kTrue)) return Json(true);
  if (is_one_of(text, kFalse)) return Json(false);
  const bool may_be_number =
      !text.empty() &&
      (text[0] == '+' || text[0] == '-' || std::isdigit(static_cast<unsigned char>(text[0])) != 0);
  if (!may_be_number) return plain_yaml_value(text);
  std::string plain = text;
  std::erase(plain, '_');
  if (auto number = whole_by_prefix(plain)) return number;
  if (!is_decimal(plain)) return is_no_number_of_json(text) ? std::nullopt : std::optional(Json(text));
  const auto value = plain_yaml_value(plain);  // beyond 64 bits, or with a fraction
  constexpr double kWholeMost = 9007199254740992;  // beyond it not every whole number is there
  if (!value || !value->is_number()) return value;
  const auto decimal = value->get<double>();
  const bool is_whole = std::floor(decimal) == decimal && std::fabs(decimal) <= kWholeMost;
  return is_whole ? Json(static_cast<std::int64_t>(decimal)) : *value;
}

}  // namespace berth
