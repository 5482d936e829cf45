#include "ray_probe.hpp"

#include <nlohmann/json.hpp>

#include "process_group/readiness.hpp"
#include "ray_section.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::int64_t count_wanted(const json& turn) {
  std::int64_t wanted = 0;
  for (const json& group : turn.at("groups")) {
    if (group.at("name") != kHeadGroup) wanted += group.at("count").get<std::int64_t>();
  }
  return wanted;
}

// Ray lists 100 nodes unless it is told otherwise, and no more than 10000. The token goes in a header
// of Ray's own: on the way through an API server the usual one would be taken for that.
json ask_for_nodes(const json& turn) {
  const std::string token = turn.value("token", "");
  return {{"fetch",
           {{"endpoint", "dashboard"},
            {"method", "GET"},
            {"path", "/api/v0/nodes?limit=10000"},
            {"headers", {{"X-Ray-Authorization", "Bearer " + token}}},
            {"body", ""}}},
          {"memory", nullptr}};
}

// The head is a node, too; until it has registered itself nobody has joined.
Readiness count_nodes(const json& body, std::int64_t wanted) {
  static const json::json_pointer kNodes("/data/result/result");
  if (!body.is_object() || !body.contains(kNodes) || !body.at(kNodes).is_array()) {
    return {.message = "the head does not list its nodes yet"};
  }
  bool head_is_alive = false;
  std::int64_t workers = 0;
  for (const json& node : body.at(kNodes)) {
    if (node.value("state", "") != "ALIVE") continue;
    const bool is_head = node.value("is_head_node", false);
    head_is_alive = head_is_alive || is_head;
    if (!is_head) ++workers;
  }
  if (!head_is_alive) return {.message = "the head has not registered yet"};
  return workers_joined(workers, wanted);
}

Readiness read_response(const json& response, std::int64_t wanted) {
  const std::string why = why_no_answer(response, "the head");
  if (!why.empty()) return {.message = why};
  return count_nodes(json::parse(response.value("body", ""), nullptr, false), wanted);
}

}  // namespace

std::string probe_ray(std::string_view turn_text) {
  const json turn = json::parse(turn_text);
  const std::int64_t wanted = count_wanted(turn);
  const json response = turn.value("response", json());
  if (response.is_object()) return conclude_probe(read_response(response, wanted), wanted);
  if (!has_published(turn, "dashboard")) return conclude_probe({.message = "head starting"}, wanted);
  return ask_for_nodes(turn).dump();
}

}  // namespace berth
