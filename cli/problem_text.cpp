#include "cli/problem_text.hpp"

#include <nlohmann/json.hpp>

#include "cli/json_field.hpp"

namespace berth {
namespace {

std::string hint_text(const std::string& hint) {
  if (hint.empty()) return "";
  const bool is_name = hint.find_first_of(" :\"") == std::string::npos;
  return is_name ? "; nearest: \"" + hint + "\"" : "; " + hint;
}

std::string detail_text(const Problem& detail, const PlaceOf& place_of) {
  std::string text = "error: ";
  const std::string place = place_of ? place_of(detail.path) : "";
  if (!place.empty()) text += place + ": ";
  if (!detail.path.empty()) text += detail.path + ": ";
  return text + detail.message + hint_text(detail.hint);
}

}  // namespace

Error error_of(const ControlReply& reply) {
  const auto body = nlohmann::json::parse(reply.body, nullptr, false);
  const nlohmann::json& told = field(body, "error");
  Error error(text_field(told, "code"), text_field(told, "message"));
  if (error.code.empty()) error.code = "Http" + std::to_string(reply.status);
  if (error.message.empty())
    error.message = "berthd answered with HTTP status " + std::to_string(reply.status);
  for (const auto& detail : field(told, "details")) {
    error.details.push_back(
        {text_field(detail, "path"), text_field(detail, "message"), text_field(detail, "hint")});
  }
  return error;
}

std::string problem_text(const Error& error, const PlaceOf& place_of) {
  if (error.details.empty()) return "error: " + error.message;
  std::string text;
  for (const Problem& detail : error.details)
    text += (text.empty() ? "" : "\n") + detail_text(detail, place_of);
  return text;
}

}  // namespace berth
