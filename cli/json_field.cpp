#include "cli/json_field.hpp"

#include <nlohmann/json.hpp>

namespace berth {

const nlohmann::json& field(const nlohmann::json& object, std::string_view name) {
  static const nlohmann::json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

std::string text_field(const nlohmann::json& object, std::string_view name) {
  const nlohmann::json& value = field(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

std::int64_t number_field(const nlohmann::json& object, std::string_view name,
                          std::int64_t otherwise) {
  const nlohmann::json& value = field(object, name);
  return value.is_number() ? value.get<std::int64_t>() : otherwise;
}

double fraction_field(const nlohmann::json& object, std::string_view name) {
  const nlohmann::json& value = field(object, name);
  return value.is_number() ? value.get<double>() : 0;
}

bool flag_field(const nlohmann::json& object, std::string_view name) {
  const nlohmann::json& value = field(object, name);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace berth
