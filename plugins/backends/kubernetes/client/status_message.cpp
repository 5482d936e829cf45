#include "status_message.hpp"

#include <nlohmann/json.hpp>

namespace berth {

std::string status_message(const std::string& body) {
  const auto status = nlohmann::json::parse(body, nullptr, false);
  const bool has_message =
      status.is_object() && status.contains("message") && status["message"].is_string();
  const std::string message = has_message ? status["message"].get<std::string>() : "";
  return message.empty() ? body.substr(0, 500) : message;
}

}  // namespace berth
