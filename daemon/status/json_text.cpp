#include "status/json_text.hpp"

#include <nlohmann/json.hpp>

namespace berth {

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parsed_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  auto value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(nullptr) : value;
}

}  // namespace berth
