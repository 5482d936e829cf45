#include "config/document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>

#include "base/text.hpp"
#include "config/toml_depth.hpp"

namespace berth {
namespace {

Value value_of(const toml::node& node);

int line_of(const toml::source_region& region) { return static_cast<int>(region.begin.line); }

Array array_of(const toml::array& array) {
  Array values;
  values.reserve(array.size());
  for (const toml::node& each : array) values.push_back(value_of(each));
  return values;
}

// toml++ keeps its tables sorted by key; the order of profiles means something.
Table table_of(const toml::table& table) {
  Table entries;
  entries.reserve(table.size());
  std::vector<std::pair<toml::source_position, std::size_t>> order;
  for (const auto& [key, node] : table) {
    order.emplace_back(key.source().begin, entries.size());
    entries.push_back({std::string(key.str()), line_of(key.source()), value_of(node)});
  }
  std::sort(order.begin(), order.end());
  Table sorted;
  sorted.reserve(entries.size());
  for (const auto& [position, index] : order) sorted.push_back(std::move(entries[index]));
  return sorted;
}

Value value_of(const toml::node& node) {
  Value value{line_of(node.source()), Moment{}};
  if (const auto* table = node.as_table()) value.content = table_of(*table);
  if (const auto* array = node.as_array()) value.content = array_of(*array);
  if (const auto* text = node.as_string()) value.content = text->get();
  if (const auto* integer = node.as_integer()) value.content = integer->get();
  if (const auto* number = node.as_floating_point()) value.content = number->get();
  if (const auto* boolean = node.as_boolean()) value.content = boolean->get();
  return value;
}

struct Describer {
  std::string operator()(const std::string& text) const {
    return "\"" + clean_utf8(text, 100) + "\"";
  }
  std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
  std::string operator()(double number) const {
    char text[32];
    std::snprintf(text, sizeof text, "%g", number);
    return text;
  }
  std::string operator()(bool boolean) const { return boolean ? "true" : "false"; }
  std::string operator()(const Moment&) const { return "a date or time"; }
  std::string operator()(const Array&) const { return "a list"; }
  std::string operator()(const Table&) const { return "a table"; }
};

}  // namespace

const Entry* find_entry(const Table& table, std::string_view key) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Entry& each) { return each.key == key; });
  return found == table.end() ? nullptr : &*found;
}

Document parse_document(std::string_view text) {
  if (const int line = line_of_too_deep_name(text))
    return SyntaxError{line, "a name has more than " + std::to_string(kNamePartsMax) + " parts"};
  try {
    return table_of(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return SyntaxError{line_of(error.source()), clean_utf8(error.description(), 300)};
  }
}

std::string describe(const Value& value) { return std::visit(Describer{}, value.content); }

}  // namespace berth
