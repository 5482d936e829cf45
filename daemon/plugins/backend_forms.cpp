#include "plugins/backend_forms.hpp"

#include <utility>

#include "base/text.hpp"
#include "model/id.hpp"
#include "plugins/answer_fields.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestMessage = 4096;
constexpr std::size_t kMostWarnings = 20;
constexpr std::size_t kMostLabels = 64;
constexpr std::size_t kLongestLabel = 256;

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json attempt_json(const AttemptKey& key) {
  return {{"job", key.job}, {"attempt", key.attempt}, {"name", attempt_name(key.job, key.attempt)}};
}

json pool_json(const PoolSetting& pool) {
  json nodes = json::array();
  for (const NodeSetting& node : pool.nodes) {
    nodes.push_back({{"sku", node.sku},
                     {"count", node.count},
                     {"cpu_milli", node.cpu_milli},
                     {"memory_bytes", node.memory_bytes},
                     {"gpu_milli", node.gpu_milli}});
  }
  return {{"name", pool.name},
          {"owner", pool.owner},
          {"settings", pool.settings},
          {"nodes", std::move(nodes)}};
}

AttemptKey key_of(const json& from) {
  AttemptKey key{text_member(from, "job"), small_member(from, "attempt")};
  if (key.job.empty() || key.attempt < 1) throw AnswerFault("names no job and attempt");
  return key;
}

std::vector<FoundAttempt> found_of(const json& from) {
  std::vector<FoundAttempt> all;
  for (const json& one : array_member(from, "found")) {
    all.push_back({key_of(one), text_member(one, "uid"), integer_member(one, "epoch")});
  }
  return all;
}

std::vector<std::string> warnings_of(const json& from) {
  std::vector<std::string> all;
  for (const json& one : array_member(from, "warnings")) {
    if (all.size() == kMostWarnings) break;
    all.push_back(clean_utf8(one.get<std::string>(), kLongestMessage));
  }
  return all;
}

ReportedShape shape_of(const json& from) {
  ReportedShape shape{.sku = text_member(from, "sku"),
                      .nodes = amount_member(from, "nodes"),
                      .cpu_milli = amount_member(from, "cpu_milli"),
                      .memory_bytes = amount_member(from, "memory_bytes"),
                      .gpu_milli = amount_member(from, "gpu_milli")};
  for (const json& room : array_member(from, "rooms")) {
    shape.rooms.push_back({amount_member(room, "nodes"), integer_member(room, "cpu_milli"),
                           integer_member(room, "memory_bytes"),
                           integer_member(room, "gpu_milli")});
  }
  return shape;
}

ReportedBound bound_of(const json& from) {
  const auto bound = [&](const char* name) {
    return member(from, name).is_null() ? ReportedBound::kNone : amount_member(from, name);
  };
  return {bound("cpu_milli"), bound("memory_bytes"), bound("gpu_milli")};
}

std::map<std::string, std::string> labels_of(const json& from) {
  std::map<std::string, std::string> labels;
  const json& members = object_member(from, "labels");
  for (const auto& [key, value] : members.items()) {
    if (labels.size() == kMostLabels) break;
    const bool fits = !key.empty() && key.size() <= kLongestLabel && value.is_string() &&
                      value.get_ref<const std::string&>().size() <= kLongestLabel;
    if (fits) labels[key] = value.get<std::string>();
  }
  return labels;
}

ReportedPool pool_of(const json& from) {
  ReportedPool pool;
  pool.name = text_member(from, "name");
  if (pool.name.empty()) throw AnswerFault("has a pool without a name");
  for (const json& shape : array_member(from, "shapes")) pool.shapes.push_back(shape_of(shape));
  pool.at_most = bound_of(object_member(from, "at_most"));
  pool.discovered = truth_member(from, "discovered");
  if (!pool.discovered) return pool;
  pool.owner = text_member(from, "owner");
  if (pool.owner == "shared") pool.owner.clear();
  pool.labels = labels_of(from);
  return pool;
}

std::vector<ReportedPool> pools_of(const json& from) {
  std::vector<ReportedPool> pools;
  for (const json& one : array_member(from, "pools")) pools.push_back(pool_of(one));
  return pools;
}

BackendReply created_of(const json& from) {
  return {.external_ref = text_member(from, "external_ref"),
          .uid = text_member(from, "uid"),
          .warnings = warnings_of(from)};
}

BackendReply adopted_of(const json& from) {
  BackendReply reply = created_of(from);
  reply.native_status = dumped(object_member(from, "status"));
  return reply;
}

BackendReply released_of(const json& from) {
  if (!truth_member(from, "gone", true)) throw AnswerFault("is OK, but says that it is not gone");
  return {.message = clean_utf8(text_member(from, "message"), kLongestMessage)};
}

BackendReply done_of(BackendFunction function, const json& from) {
  if (!from.is_object()) throw AnswerFault("is no JSON object");
  switch (function) {
    case BackendFunction::kStart:
      return {.found = found_of(from),
              .tombstones = truth_member(from, "tombstones"),
              .warnings = warnings_of(from)};
    case BackendFunction::kAdopt:
      return adopted_of(from);
    case BackendFunction::kLaunch:
      return created_of(from);
    case BackendFunction::kRelease:
      return released_of(from);
    case BackendFunction::kPools:
      return {.pools = pools_of(from)};
    case BackendFunction::kLogs:
    case BackendFunction::kFetch:
      return {.json = dumped(from)};
    case BackendFunction::kHealth:
    case BackendFunction::kStop:
      return {};
  }
  return {};
}

BackendReply failed_of(CallStatus status, const json& from) {
  return {.status = status,
          .message = clean_utf8(text_member(from, "message"), kLongestMessage),
          .reason = clean_utf8(text_member(from, "reason"), 64)};
}

CallStatus status_of(berth_call_status status) {
  switch (status) {
    case BERTH_CALL_OK:
      return CallStatus::kOk;
    case BERTH_CALL_TRANSIENT:
      return CallStatus::kTransient;
    case BERTH_CALL_PERMANENT:
      return CallStatus::kPermanent;
    case BERTH_CALL_NOT_FOUND:
      return CallStatus::kNotFound;
  }
  return CallStatus::kUnknown;  // also for what a later contract may bring
}

BackendEvent event_of(const json& from) {
  const std::string kind = text_member(from, "kind");
  if (kind == "pools") return pools_of(from);
  if (kind != "workload") return {};
  return WorkloadEvent{key_of(from), text_member(from, "uid"),
                       dumped(object_member(from, "status"))};
}

}  // namespace

std::string_view function_name(BackendFunction function) {
  switch (function) {
    case BackendFunction::kStart:
      return "start";
    case BackendFunction::kAdopt:
      return "adopt";
    case BackendFunction::kLaunch:
      return "launch";
    case BackendFunction::kRelease:
      return "release";
    case BackendFunction::kPools:
      return "pools";
    case BackendFunction::kHealth:
      return "health";
    case BackendFunction::kLogs:
      return "logs";
    case BackendFunction::kFetch:
      return "fetch";
    case BackendFunction::kStop:
      return "stop";
  }
  return "unknown";
}

std::string cluster_text(const BackendSite& site) {
  json pools = json::array();
  for (const PoolSetting& pool : site.pools) pools.push_back(pool_json(pool));
  return dumped({{"instance", site.instance},
                 {"epoch", site.epoch},
                 {"cluster", site.cluster.name},
                 {"state_dir", site.state_dir.string()},
                 {"program_dir", site.program_dir.string()},
                 {"pools", std::move(pools)}});
}

std::string attempt_text(const AttemptKey& key) { return dumped(attempt_json(key)); }

std::string launch_text(const LaunchOrder& order) {
  json text = attempt_json(order.key);
  if (!order.name.empty()) text["name"] = order.name;
  text.update({{"type", order.type},
               {"pool", order.pool},
               {"format", order.format},
               {"project", order.project},
               {"owner", order.owner},
               {"user", order.user},
               {"uid", order.uid},
               {"gid", order.gid}});
  return with_member(dumped(text), "workload", order.workload);
}

std::string release_text(const ReleaseOrder& order) {
  json text = attempt_json(order.key);
  if (!order.name.empty()) text["name"] = order.name;
  text.update({{"external_ref", order.external_ref}, {"uid", order.uid}});
  if (order.forget) text["forget"] = true;
  return dumped(text);
}

std::string logs_text(const LogRequest& request) {
  json text = attempt_json(request.key);
  text.update({{"role", request.role},
               {"replica", request.replica},
               {"offset", request.offset},
               {"limit", request.limit_bytes}});
  if (request.offset < 0) text["tail"] = request.tail_bytes;
  return dumped(text);
}

std::string fetch_text(const FetchRequest& request) {
  json text = attempt_json(request.key);
  text.update({{"endpoint", request.endpoint},
               {"method", request.method},
               {"path", request.path},
               {"body", request.body},
               {"timeout_ms", request.timeout_ms},
               {"limit_bytes", request.limit_bytes}});
  return with_member(dumped(text), "headers", request.headers.empty() ? "{}" : request.headers);
}

Result<BackendReply> read_reply(BackendFunction function, berth_call_status status,
                                std::string_view answer) {
  const CallStatus meaning = status_of(status);
  auto reply = read_answer(answer.empty() ? "{}" : answer, [&](const json& from) {
    return meaning == CallStatus::kOk ? done_of(function, from) : failed_of(meaning, from);
  });
  if (!reply && meaning != CallStatus::kOk)  // that it failed is plain, whatever the words
    return BackendReply{.status = meaning,
                        .message = "why cannot be told: the answer " + reply.error().message};
  return reply;
}

Result<BackendEvent> read_event(std::string_view event) { return read_answer(event, event_of); }

}  // namespace berth
