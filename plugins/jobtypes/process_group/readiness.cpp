#include "process_group/readiness.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

constexpr int kAgainWhileJoiningMs = 500;
constexpr int kAgainOnceReadyMs = 5000;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kGood = 200;

}  // namespace

Readiness workers_joined(std::int64_t ready, std::int64_t wanted) {
  return {ready, ready >= wanted,
          std::to_string(ready) + " of " + std::to_string(wanted) + " workers joined"};
}

std::string why_no_answer(const nlohmann::json& response, std::string_view who) {
  const std::string not_yet = std::string(who) + " does not answer yet: ";
  if (response.contains("error")) return not_yet + response["error"].get<std::string>();
  const int status = response.value("status", 0);
  if (status == kUnauthorized || status == kForbidden) {
    return std::string(who) + " refuses this job's token: another cluster may listen there";
  }
  return status == kGood ? "" : not_yet + "HTTP status " + std::to_string(status);
}

bool has_published(const nlohmann::json& turn, const char* endpoint) {
  const auto endpoints = turn.find("endpoints");
  return endpoints != turn.end() && endpoints->is_object() && endpoints->contains(endpoint);
}

std::string conclude_probe(const Readiness& found, std::int64_t wanted) {
  return nlohmann::json{{"ready", found.ready},
                        {"wanted", wanted},
                        {"done", found.is_done},
                        {"message", found.message},
                        {"again_ms", found.is_done ? kAgainOnceReadyMs : kAgainWhileJoiningMs},
                        {"activity", "unknown"}}
      .dump();
}

}  // namespace berth
