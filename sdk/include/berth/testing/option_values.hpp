// Turns option texts, as a site file has them, into the values that a plugin gets.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "berth/abi.h"
#include "berth/host.hpp"

namespace berth::testing {

// Options by name: {{"headroom", "2"}, {"special", "H100,B200"}}.
using Options = std::map<std::string, std::string>;

namespace detail {

inline double suffix_factor(std::string_view suffix) {
  static const std::map<std::string_view, double> kFactors = {
      {"", 1},     {"m", 1e-3},    {"k", 1e3},     {"M", 1e6},     {"G", 1e9},
      {"T", 1e12}, {"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}};
  const auto at = kFactors.find(suffix);
  if (at == kFactors.end()) throw std::invalid_argument("no such unit: " + std::string(suffix));
  return at->second;
}

inline double duration_factor(std::string_view suffix) {
  static const std::map<std::string_view, double> kFactors = {
      {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 36e5}, {"d", 864e5}};
  const auto at = kFactors.find(suffix);
  if (at == kFactors.end()) throw std::invalid_argument("no such unit: " + std::string(suffix));
  return at->second;
}

// A number and its suffix, as "1.5" and "Gi".
inline std::pair<double, std::string_view> split_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) throw std::invalid_argument("not a number: " + std::string(text));
  return {number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

}  // namespace detail

// The values for a plugin's table; keeps the texts they point to. Throws std::invalid_argument for
// options that the plugin does not have, that are missing, or that cannot be read.
class OptionValues {
 public:
  OptionValues(const berth_plugin& plugin, Options set) {
    const auto* at = reinterpret_cast<const std::byte*>(plugin.options);
    for (std::uint64_t i = 0; i < plugin.option_count; ++i, at += plugin.option_stride) {
      add(*reinterpret_cast<const berth_option*>(at), set);
    }
    if (!set.empty()) throw std::invalid_argument("no such option: " + set.begin()->first);
  }
  OptionValues(const OptionValues&) = delete;
  OptionValues& operator=(const OptionValues&) = delete;

  const berth_value* data() const { return values_.data(); }
  std::uint64_t size() const { return values_.size(); }

 private:
  void add(const berth_option& row, Options& set) {
    const auto given = set.extract(std::string(as_view(row.name)));
    if (given.empty() && row.fallback.data == nullptr) {
      throw std::invalid_argument("required option: " + std::string(as_view(row.name)));
    }
    values_.push_back(
        read(row, given.empty() ? std::string(as_view(row.fallback)) : given.mapped()));
  }

  berth_value read(const berth_option& row, const std::string& given) {
    const std::string& text = texts_.emplace_back(given);
    berth_value value{};
    value.size = sizeof(berth_value);
    value.type = row.type;
    switch (row.type) {
      case BERTH_TEXT:
      case BERTH_PATH:
        value.text = as_str(text);
        break;
      case BERTH_TEXT_LIST:
        read_list(text, value);
        break;
      case BERTH_BOOLEAN:
        value.integer = text == "true";
        break;
      case BERTH_NUMBER:
        value.number = detail::split_number(text).first;
        break;
      default:
        read_amount(text, value);
        break;
    }
    return value;
  }

  static void read_amount(const std::string& text, berth_value& value) {
    const auto [number, suffix] = detail::split_number(text);
    double factor = value.type == BERTH_MILLI ? 1000 : 1;
    factor *= value.type == BERTH_DURATION ? detail::duration_factor(suffix)
                                           : detail::suffix_factor(suffix);
    value.integer = std::llround(number * factor);
  }

  void read_list(std::string_view text, berth_value& value) {
    std::vector<berth_str>& items = lists_.emplace_back();
    while (!text.empty()) {
      const std::size_t comma = text.find(',');
      items.push_back(as_str(text.substr(0, comma)));
      text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
    }
    value.list = items.data();
    value.list_count = items.size();
  }

  std::deque<std::string> texts_;
  std::deque<std::vector<berth_str>> lists_;
  std::vector<berth_value> values_;
};

}  // namespace berth::testing
