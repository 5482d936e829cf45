#include "plugins/jobtype_forms.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "model/id.hpp"
#include "plugins/answer_fields.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kMostProblems = 1000;
constexpr std::size_t kMostNotes = 100;
constexpr std::size_t kMostGroups = 256;
constexpr std::size_t kMostPodErrors = 100;
constexpr std::size_t kLongestMessage = 4096;

json groups_json(const std::vector<Group>& groups) {
  json all = json::array();
  for (const Group& group : groups) {
    all.push_back({{"name", group.name},
                   {"count", group.count},
                   {"cpu_milli", group.cpu_milli},
                   {"memory_bytes", group.memory_bytes},
                   {"gpu_milli", group.gpu_milli},
                   {"skus", group.skus},
                   {"extra", group.extra}});
  }
  return all;
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string message_member(const json& object, const char* name) {
  return clean_utf8(text_member(object, name), kLongestMessage);
}

Problem problem_of(const json& from) {
  return {message_member(from, "path"), message_member(from, "message"),
          message_member(from, "hint")};
}

// Whole gangs are added up in 64 bits.
void check_total(const Group& group) {
  for (const std::int64_t amount : {group.cpu_milli, group.memory_bytes, group.gpu_milli}) {
    std::int64_t total = 0;
    if (__builtin_mul_overflow(group.count, amount, &total) || total > INT64_MAX / 1024)
      throw AnswerFault("asks for more in group \"" + group.name + "\" than can be counted");
  }
}

Group group_of(const json& from) {
  Group group;
  group.name = text_member(from, "name");
  if (!is_name(group.name))
    throw AnswerFault("names a group \"" + clean_utf8(group.name, 80) + "\", which is no name");
  group.count = integer_member(from, "count", 1);
  if (group.count < 1 || group.count > 1'000'000)
    throw AnswerFault("has a group of " + std::to_string(group.count) + " members");
  group.cpu_milli = amount_member(from, "cpu_milli");
  group.memory_bytes = amount_member(from, "memory_bytes");
  group.gpu_milli = amount_member(from, "gpu_milli");
  for (const json& sku : array_member(from, "skus")) group.skus.push_back(sku.get<std::string>());
  const json& extra = object_member(from, "extra");
  for (const auto& [resource, amount] : extra.items()) {
    group.extra[resource] = amount_member(extra, resource.c_str());
  }
  check_total(group);
  return group;
}

std::vector<Group> groups_of(const json& from) {
  if (!from.is_array() || from.empty()) throw AnswerFault("is no list of groups");
  if (from.size() > kMostGroups)
    throw AnswerFault("has " + std::to_string(from.size()) + " groups; the most is " +
                      std::to_string(kMostGroups));
  std::vector<Group> groups;
  std::set<std::string> names;
  for (const json& one : from) {
    groups.push_back(group_of(one));
    if (!names.insert(groups.back().name).second)
      throw AnswerFault("names the group \"" + groups.back().name + "\" twice");
  }
  return groups;
}

Observation::State state_of(const std::string& name) {
  if (name == "starting") return Observation::State::kStarting;
  if (name == "running") return Observation::State::kRunning;
  if (name == "ready") return Observation::State::kReady;
  if (name == "succeeded") return Observation::State::kSucceeded;
  if (name == "failed") return Observation::State::kFailed;
  if (name == "unknown") return Observation::State::kUnknown;
  throw AnswerFault("has the state \"" + clean_utf8(name, 80) +
                    "\"; states are starting, running, ready, succeeded, failed and unknown");
}

json pod_errors_of(const json& from) {
  json all = json::array();
  for (const json& one : array_member(from, "pod_errors")) {
    if (all.size() == kMostPodErrors) break;
    all.push_back({{"pod", message_member(one, "pod")},
                   {"container", message_member(one, "container")},
                   {"exit_code", integer_member(one, "exit_code")},
                   {"reason", message_member(one, "reason")},
                   {"message", message_member(one, "message")},
                   {"time_ms", integer_member(one, "time_ms")}});
  }
  return all;
}

// What people see of a running job.
json status_of(const json& from, const Observation& observation) {
  return {{"head", object_member(from, "head")},
          {"endpoints", object_member(from, "endpoints")},
          {"environment", object_member(from, "environment")},
          {"workers", {{"ready", observation.ready}, {"wanted", observation.wanted}}},
          {"pod_errors", pod_errors_of(from)}};
}

Observation observation_of(const json& from) {
  Observation observation;
  observation.state = state_of(text_member(from, "state"));
  observation.reason = clean_utf8(text_member(from, "reason"), 64);
  observation.message = message_member(from, "message");
  observation.exit_code = small_member(from, "exit_code");
  observation.ready = small_member(from, "ready");
  observation.wanted = small_member(from, "wanted");
  observation.wants_probe = truth_member(from, "probe");
  observation.endpoints = dumped(object_member(from, "endpoints"));
  observation.status = dumped(status_of(from, observation));
  return observation;
}

void read_fetch(const json& from, ProbeStep& step) {
  step.fetches = true;
  step.endpoint = text_member(from, "endpoint");
  if (step.endpoint.empty()) throw AnswerFault("fetches from no endpoint");
  step.method = text_member(from, "method");
  if (step.method.empty()) step.method = "GET";
  step.path = text_member(from, "path");
  step.headers = dumped(object_member(from, "headers"));
  step.body = text_member(from, "body");
}

ProbeStep step_of(const json& from) {
  ProbeStep step;
  if (const json& memory = member(from, "memory"); !memory.is_null()) step.memory = dumped(memory);
  if (const json& fetch = object_member(from, "fetch"); !fetch.empty()) {
    read_fetch(fetch, step);
    return step;
  }
  step.ready = small_member(from, "ready");
  step.wanted = small_member(from, "wanted");
  step.done = truth_member(from, "done");
  step.message = message_member(from, "message");
  step.again_ms = std::clamp<std::int64_t>(integer_member(from, "again_ms", 500), 10, 3'600'000);
  return step;
}

Judgement judgement_of(const json& from) {
  if (!from.is_array()) throw AnswerFault("is no list of problems");
  Judgement judgement;
  for (const json& one : from) {
    const bool is_note = truth_member(one, "note");
    std::vector<Problem>& rows = is_note ? judgement.notes : judgement.problems;
    if (rows.size() < (is_note ? kMostNotes : kMostProblems)) rows.push_back(problem_of(one));
  }
  return judgement;
}

}  // namespace

std::string order_text(const RenderOrder& order) {
  const json text = {{"format", order.format},
                     {"instance", order.instance},
                     {"job", order.job},
                     {"attempt", order.attempt},
                     {"cluster", order.cluster},
                     {"pool", order.pool},
                     {"token", order.token},
                     {"name", attempt_name(order.job, order.attempt)},
                     {"groups", groups_json(order.groups)}};
  return with_member(dumped(text), "request", order.request);
}

std::string native_text(std::string_view format, const std::vector<Group>& groups,
                        std::string_view native_status) {
  const json text = {{"format", format}, {"groups", groups_json(groups)}};
  return with_member(dumped(text), "status", native_status);
}

std::string turn_text(const ProbeTurn& turn) {
  const json text = {{"job", turn.job},
                     {"attempt", turn.attempt},
                     {"token", turn.token},
                     {"groups", groups_json(turn.groups)}};
  std::string all =
      with_member(dumped(text), "endpoints", turn.endpoints.empty() ? "{}" : turn.endpoints);
  all = with_member(std::move(all), "memory", turn.memory);
  return with_member(std::move(all), "response", turn.response);
}

Result<Judgement> read_judgement(std::string_view answer) {
  if (answer.empty()) return Judgement();
  return read_answer(answer, judgement_of);
}

Result<std::vector<Group>> read_groups(std::string_view answer) {
  return read_answer(answer, groups_of);
}

Result<std::string> read_workload(std::string_view answer) {
  return read_answer(answer, [](const json& workload) {
    if (!workload.is_object() || workload.empty()) throw AnswerFault("is no workload");
    return dumped(workload);
  });
}

Result<Observation> read_observation(std::string_view answer) {
  return read_answer(answer, observation_of);
}

Result<ProbeStep> read_step(std::string_view answer) { return read_answer(answer, step_of); }

}  // namespace berth
