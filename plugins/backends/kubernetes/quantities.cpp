#include "quantities.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kubernetes_objects/fields.hpp"
#include "section/quantity_text.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls `visit(name, amount)` for each of "a=1,b=2".
template <typename Visit>
void for_each_amount(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view one = trimmed(list.substr(0, comma));
    const std::size_t equals = one.find('=');
    if (equals != std::string_view::npos) visit(one.substr(0, equals), one.substr(equals + 1));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace

Amounts& Amounts::operator+=(const Amounts& other) {
  cpu_milli += other.cpu_milli;
  memory_bytes += other.memory_bytes;
  gpu_milli += other.gpu_milli;
  return *this;
}

Amounts& Amounts::operator-=(const Amounts& other) {
  cpu_milli -= other.cpu_milli;
  memory_bytes -= other.memory_bytes;
  gpu_milli -= other.gpu_milli;
  return *this;
}

Amounts most_of(const Amounts& a, const Amounts& b) {
  return {std::max(a.cpu_milli, b.cpu_milli), std::max(a.memory_bytes, b.memory_bytes),
          std::max(a.gpu_milli, b.gpu_milli)};
}

Amounts least_of(const Amounts& a, const Amounts& b) {
  return {std::min(a.cpu_milli, b.cpu_milli), std::min(a.memory_bytes, b.memory_bytes),
          std::min(a.gpu_milli, b.gpu_milli)};
}

std::optional<std::int64_t> quantity_of(const json& value, double scale) {
  if (value.is_string()) return parse_quantity(value.get_ref<const std::string&>(), scale);
  if (value.is_number()) return parse_quantity(value.dump(), scale);
  return std::nullopt;
}

Amounts amounts_of(const json& resources, const std::string& gpu_resource) {
  const auto amount = [&](std::string_view name, double scale) {
    return quantity_of(field(resources, name), scale).value_or(0);
  };
  return {amount("cpu", 1000), amount("memory", 1), amount(gpu_resource, 1000)};
}

bool exceeds_any(std::string_view requested, std::string_view limited) {
  bool exceeds = false;
  for_each_amount(requested, [&](std::string_view name, std::string_view wanted) {
    for_each_amount(limited, [&](std::string_view of, std::string_view limit) {
      if (of == name && parse_quantity(wanted, 1000) > parse_quantity(limit, 1000)) exceeds = true;
    });
  });
  return exceeds;
}

}  // namespace berth
