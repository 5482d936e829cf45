// Reading objects of Kubernetes, in which every field may be absent.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace berth {

// field(pod, "status", "conditions"); null where anything on the way there is missing. [any]
template <typename... Names>
const nlohmann::json& field(const nlohmann::json& object, Names... names) {
  static const nlohmann::json kNull;
  const nlohmann::json* at = &object;
  [[maybe_unused]] const auto step = [&](std::string_view name) {
    if (!at->is_object()) return at = &kNull;
    const auto found = at->find(name);
    return at = found == at->end() ? &kNull : &*found;
  };
  (step(names), ...);
  return *at;
}

template <typename... Names>
std::string text_field(const nlohmann::json& object, Names... names) {
  const nlohmann::json& found = field(object, names...);
  return found.is_string() ? found.get<std::string>() : std::string();
}

template <typename... Names>
std::int64_t number_field(const nlohmann::json& object, Names... names) {
  const nlohmann::json& found = field(object, names...);
  return found.is_number() ? found.get<std::int64_t>() : 0;
}

template <typename... Names>
bool truth_field(const nlohmann::json& object, Names... names) {
  const nlohmann::json& found = field(object, names...);
  return found.is_boolean() && found.get<bool>();
}

// One that goes on, for loops over a list that may be absent. list_field(value): the value itself.
template <typename... Names>
const nlohmann::json& list_field(const nlohmann::json& object, Names... names) {
  static const nlohmann::json kEmpty = nlohmann::json::array();
  const nlohmann::json& found = field(object, names...);
  return found.is_array() ? found : kEmpty;
}

// The same by a JSON pointer, "/status/conditions/0". [any]
inline const nlohmann::json& value_at(const nlohmann::json& object, const std::string& pointer) {
  static const nlohmann::json kNull;
  const nlohmann::json::json_pointer path(pointer);
  return object.contains(path) ? object.at(path) : kNull;
}

// Text that is no UTF-8 is made clean.
inline std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace berth
