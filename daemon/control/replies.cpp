#include "control/replies.hpp"

#include <nlohmann/json.hpp>

#include "lifecycle/engine.hpp"

namespace berth {
namespace {

constexpr std::size_t kDetailsMax = 100;  // nobody reads more of them

struct StatusOfCode {
  std::string_view code;
  int status;
};

constexpr StatusOfCode kStatuses[] = {
    {"BadRequest", 400},
    {"BadJson", 400},
    {"BadQuantity", 400},
    {"BadDuration", 400},
    {"Forbidden", 403},
    {"ForeignOrigin", 403},
    {"NotFound", 404},
    {"MethodNotAllowed", 405},
    {"RequestTimeout", 408},
    {"Conflict", 409},
    {"IdempotencyConflict", 409},
    {"TooOld", 410},
    {"TooLarge", 413},
    {"WrongHost", 421},
    {"NoMatchingPool", 422},
    {"ExceedsMaxCapacity", 422},
    {"QueueFull", 429},
    {"TooManyWatchers", 429},
    {"HeaderTooLarge", 431},
    {"Busy", 503},
    {"ClusterOffline", 503},
    {"TooManyConnections", 503},
    {"Stopping", 503},
    {"Timeout", 504},
    {"VersionNotSupported", 505},
    {"StoreFull", 507},
};

}  // namespace

int http_status_of(std::string_view code) {
  for (const auto& [known, status] : kStatuses)
    if (known == code) return status;
  return 500;
}

Response json_response(const Json& body, int status) {
  Response response;
  response.status = status;
  response.body = json_text(body) + "\n";
  return response;
}

Json error_json(const Error& error) {
  Json details = Json::array();
  for (const Problem& problem : error.details) {
    if (details.size() == kDetailsMax) break;
    details.push_back(
        {{"path", problem.path}, {"message", problem.message}, {"hint", problem.hint}});
  }
  return {{"error",
           {{"code", error.code}, {"message", error.message}, {"details", std::move(details)}}}};
}

Json notes_json(const std::vector<Problem>& notes) {
  Json list = Json::array();
  for (const Problem& note : notes)
    list.push_back({{"path", note.path}, {"message", note.message}});
  return list;
}

Json submitted_json(const Submitted& submitted) {
  Json body{{"id", submitted.id}};
  if (submitted.repeated) body["repeated"] = true;
  if (!submitted.notes.empty()) body["notes"] = notes_json(submitted.notes);
  return body;
}

Response error_response(const Error& error) {
  return json_response(error_json(error), http_status_of(error.code));
}

}  // namespace berth
