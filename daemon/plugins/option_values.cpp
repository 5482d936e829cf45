#include "plugins/option_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

// One value between the site file and the border.
struct Converted {
  std::int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<std::string> list;
};

Error bad(const std::string& what) { return {"BadOption", what}; }

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  while (!trimmed(text).empty()) {
    const auto comma = text.find(',');
    items.push_back(trimmed(text.substr(0, comma)));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return items;
}

bool is_text(berth_value_type type) { return type == BERTH_TEXT || type == BERTH_PATH; }

const char* wanted_form(berth_value_type type) {
  switch (type) {
    case BERTH_TEXT:
      return "text in quotes";
    case BERTH_INTEGER:
      return "a whole number";
    case BERTH_NUMBER:
      return "a number";
    case BERTH_BOOLEAN:
      return "true or false";
    case BERTH_MILLI:
      return "a quantity such as \"500m\" or 2";
    case BERTH_BYTES:
      return "bytes such as \"16Gi\"";
    case BERTH_DURATION:
      return "a duration such as \"30s\"";
    case BERTH_PATH:
      return "a path in quotes";
    case BERTH_TEXT_LIST:
      return "a list such as [\"a\", \"b\"]";
  }
  return "a value";
}

Error wrong_type(const OptionRow& row) {
  return bad(std::string("must be ") + wanted_form(row.type));
}

Result<Converted> of_amount(Result<std::int64_t> parsed) {
  if (!parsed) return bad(parsed.error().message);
  return Converted{.integer = *parsed};
}

Result<Converted> of_number(double number) {
  if (!std::isfinite(number)) return bad("must be a finite number");
  return Converted{.number = number};
}

// 1.5 CPUs are 1500; what thousandths cannot hold is refused.
Result<Converted> of_whole_and_parts(const OptionRow& row, double units) {
  const double milli = units * 1000;
  if (!std::isfinite(milli) || milli < 0 || milli > 9e15) return wrong_type(row);
  return Converted{.integer = static_cast<std::int64_t>(std::llround(milli))};
}

Result<Converted> from_text(const OptionRow& row, const std::string& text) {
  switch (row.type) {
    case BERTH_TEXT:
    case BERTH_PATH:
      return Converted{.text = text};
    case BERTH_MILLI:
      return of_amount(parse_milli(text));
    case BERTH_BYTES:
      return of_amount(parse_bytes(text));
    case BERTH_DURATION:
      return of_amount(parse_duration_ms(text));
  }
  return wrong_type(row);
}

Result<Converted> from_integer(const OptionRow& row, std::int64_t integer) {
  switch (row.type) {
    case BERTH_INTEGER:
      return Converted{.integer = integer};
    case BERTH_NUMBER:
      return of_number(static_cast<double>(integer));
    case BERTH_MILLI:
      return of_whole_and_parts(row, static_cast<double>(integer));
    case BERTH_BYTES:
      if (integer >= 0) return Converted{.integer = integer};
      break;
  }
  return wrong_type(row);
}

Result<Converted> from_double(const OptionRow& row, double number) {
  if (row.type == BERTH_NUMBER) return of_number(number);
  if (row.type == BERTH_MILLI) return of_whole_and_parts(row, number);
  return wrong_type(row);
}

Result<Converted> from_site(const OptionRow& row, const OptionValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return from_text(row, *text);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return from_integer(row, *integer);
  if (const auto* number = std::get_if<double>(&value)) return from_double(row, *number);
  if (const auto* truth = std::get_if<bool>(&value); truth && row.type == BERTH_BOOLEAN)
    return Converted{.integer = *truth ? 1 : 0};
  if (const auto* list = std::get_if<std::vector<std::string>>(&value);
      list && row.type == BERTH_TEXT_LIST)
    return Converted{.list = *list};
  return wrong_type(row);
}

template <typename Number>
bool read_number(const std::string& text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size();
}

// A default, which stands as it would in the site file but without quotes.
Result<Converted> from_fallback(const OptionRow& row) {
  const std::string& text = *row.fallback;
  std::int64_t integer = 0;
  double number = 0;
  switch (row.type) {
    case BERTH_INTEGER:
      if (read_number(text, integer)) return Converted{.integer = integer};
      return wrong_type(row);
    case BERTH_NUMBER:
      if (read_number(text, number)) return of_number(number);
      return wrong_type(row);
    case BERTH_BOOLEAN:
      if (text == "true" || text == "false") return Converted{.integer = text == "true" ? 1 : 0};
      return wrong_type(row);
    case BERTH_TEXT_LIST:
      return Converted{.list = split(text)};
  }
  return from_text(row, text);
}

std::string shown(const OptionRow& row, double amount) {
  const bool fits = std::abs(amount) < 9e15;
  switch (row.type) {
    case BERTH_MILLI:
      if (fits) return milli_text(static_cast<std::int64_t>(amount));
      break;
    case BERTH_BYTES:
      if (fits && amount >= 0) return bytes_text(static_cast<std::int64_t>(amount));
      break;
    case BERTH_DURATION:
      if (fits && amount >= 0) return duration_text(static_cast<std::int64_t>(amount));
      break;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", amount);
  return text;
}

Result<Converted> in_range(const OptionRow& row, Result<Converted> converted) {
  const bool has_amount =
      !is_text(row.type) && row.type != BERTH_TEXT_LIST && row.type != BERTH_BOOLEAN;
  if (!converted || !row.has_range || !has_amount) return converted;
  const double amount =
      row.type == BERTH_NUMBER ? converted->number : static_cast<double>(converted->integer);
  if (amount < row.least)
    return bad("is " + shown(row, amount) + "; the least is " + shown(row, row.least));
  if (amount > row.most)
    return bad("is " + shown(row, amount) + "; the most is " + shown(row, row.most));
  return converted;
}

Result<Converted> value_for(const OptionRow& row, const PluginSetting* setting) {
  if (setting != nullptr) {
    if (const auto set = setting->options.find(row.name); set != setting->options.end())
      return in_range(row, from_site(row, set->second.value));
  }
  if (!row.fallback) return bad("must be set: " + row.help);
  return in_range(row, from_fallback(row));
}

void add_value(OptionValues& values, const OptionRow& row, Converted&& converted) {
  berth_value value{};
  value.size = sizeof value;
  value.type = row.type;
  value.integer = converted.integer;
  value.number = converted.number;
  if (row.type == BERTH_TEXT_LIST) return values.add_list(value, converted.list);
  if (is_text(row.type)) value.text = values.keep(std::move(converted.text));
  values.add(value);
}

Problem problem_of(const PluginSetting* setting, const std::string& option, std::string message) {
  const std::string instance = setting == nullptr ? "" : "plugins." + setting->instance + ".";
  return {instance + option, std::move(message), {}};
}

void add_unknown_options(const std::vector<OptionRow>& table, const PluginSetting& setting,
                         std::vector<Problem>& problems) {
  std::vector<std::string> names;
  for (const OptionRow& row : table) names.push_back(row.name);
  for (const auto& [name, value] : setting.options) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    Problem problem = problem_of(&setting, name, "no such option; it has: " + join(names, ", "));
    if (names.empty()) problem.message = "no such option; it has none";
    if (const auto near = nearest(name, names)) problem.hint = *near;
    problems.push_back(std::move(problem));
  }
}

Error all_of(std::vector<Problem> problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) {
    lines.push_back(problem.path + ": " + problem.message +
                    (problem.hint.empty() ? "" : "; nearest: \"" + problem.hint + "\""));
  }
  return {"BadOption", join(lines, "; "), std::move(problems)};
}

}  // namespace

berth_str OptionValues::keep(std::string text) {
  const std::string& kept = texts_.emplace_back(std::move(text));
  return {kept.data(), kept.size()};
}

void OptionValues::add_list(berth_value value, const std::vector<std::string>& items) {
  std::vector<berth_str>& list = lists_.emplace_back();
  for (const std::string& item : items) list.push_back(keep(item));
  value.list = list.data();
  value.list_count = list.size();
  values_.push_back(value);
}

Result<OptionValues> convert_options(const std::vector<OptionRow>& table,
                                     const PluginSetting* setting) {
  OptionValues values;
  std::vector<Problem> problems;
  for (const OptionRow& row : table) {
    auto converted = value_for(row, setting);
    if (converted) {
      add_value(values, row, std::move(*converted));
    } else {
      problems.push_back(problem_of(setting, row.name, converted.error().message));
    }
  }
  if (setting != nullptr) add_unknown_options(table, *setting, problems);
  if (!problems.empty()) return all_of(std::move(problems));
  return values;
}

Result<void> parse_fallback(const OptionRow& row) {
  const auto converted = in_range(row, from_fallback(row));
  if (!converted) return converted.error();
  return {};
}

}  // namespace berth
