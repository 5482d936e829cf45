#include "spark_probe.hpp"

#include <nlohmann/json.hpp>

#include "process_group/readiness.hpp"
#include "spark_section.hpp"
#include "web_signature.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::int64_t count_wanted(const json& turn) {
  std::int64_t wanted = 0;
  for (const json& group : turn.at("groups")) {
    if (group.at("name") == kExecutorRole) wanted += group.at("count").get<std::int64_t>();
  }
  return wanted;
}

json ask_for_workers(const json& turn) {
  const std::string signature = sign_for_web(turn.value("token", ""));
  return {{"fetch",
           {{"endpoint", "ui"},
            {"method", "GET"},
            {"path", "/json/"},
            {"headers", {{"Authorization", "Bearer " + signature}}},
            {"body", ""}}},
          {"memory", nullptr}};
}

Readiness read_response(const json& response, std::int64_t wanted) {
  const std::string why = why_no_answer(response, "the master");
  if (!why.empty()) return {.message = why};
  const json body = json::parse(response.value("body", ""), nullptr, false);
  if (!body.is_object() || !body.contains("aliveworkers") ||
      !body["aliveworkers"].is_number_integer()) {
    return {.message = "the master does not list its workers yet"};
  }
  return workers_joined(body["aliveworkers"].get<std::int64_t>(), wanted);
}

}  // namespace

std::string probe_spark(std::string_view turn_text) {
  const json turn = json::parse(turn_text);
  const std::int64_t wanted = count_wanted(turn);
  const json response = turn.value("response", json());
  if (response.is_object()) return conclude_probe(read_response(response, wanted), wanted);
  if (!has_published(turn, "ui")) return conclude_probe({.message = "master starting"}, wanted);
  return ask_for_workers(turn).dump();
}

}  // namespace berth
