#include "kubernetes/pods_observation.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;

json parsed(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  return value.is_object() ? value : json::object();
}

bool is_worker(const PodRoles& roles, std::string_view group) {
  return group != roles.leader && std::find(roles.not_workers.begin(), roles.not_workers.end(),
                                            group) == roles.not_workers.end();
}

void count_workers(const kube::ObjectStatus& object, const json& groups, const PodRoles& roles,
                   Observation& seen) {
  for (const json& group : list_field(groups)) {
    if (is_worker(roles, group.value("name", ""))) seen.wanted += group.value("count", 1);
  }
  for (const kube::PodStatus& pod : object.pods) {
    if (is_worker(roles, pod.group) && pod.is_running() && pod.is_ready) ++seen.ready;
  }
  seen.ready = std::min(seen.ready, seen.wanted);
}

void show_bad_ends(const kube::ObjectStatus& object, Observation& seen) {
  for (const kube::PodStatus& pod : object.pods) {
    for (const kube::PodFailure& failure : kube::failures_of(pod)) {
      seen.pod_errors.push_back({failure.pod, failure.container, failure.exit_code, failure.reason,
                                 failure.message, failure.time_ms});
    }
  }
}

std::string address_of(const std::string& ip, std::int64_t port) {
  const bool is_v6 = ip.find(':') != std::string::npos;
  return (is_v6 ? '[' + ip + ']' : ip) + ':' + std::to_string(port);
}

void show_addresses(const kube::ObjectStatus& object, std::string_view leader, Observation& seen) {
  const json endpoints = parsed(object.annotation(kube::kEndpointsAnnotation));
  for (const auto& [name, endpoint] : endpoints.items()) {
    const kube::PodStatus* pod = object.find_pod(kube::text_at(endpoint, "/group"));
    const std::int64_t port = kube::whole_at(endpoint, "/port");
    if (pod == nullptr || !pod->is_running() || pod->ip.empty() || port == 0) continue;
    seen.endpoints[name] = address_of(pod->ip, port);
  }
  const kube::PodStatus* first = object.find_pod(leader);
  if (first == nullptr || first->ip.empty()) return;
  seen.head_name = first->name;
  seen.head_ip = first->ip;
}

}  // namespace

Observation observe_pods(const kube::ObjectStatus& object, const json& groups,
                         const PodRoles& roles) {
  Observation seen;
  count_workers(object, groups, roles, seen);
  show_bad_ends(object, seen);
  show_addresses(object, roles.leader, seen);
  return seen;
}

void succeed(Observation& seen) {
  seen.state = "succeeded";
  seen.message = "exit code 0";
}

void fail(Observation& seen, std::string_view reason, int exit_code, std::string message) {
  seen.state = "failed";
  seen.reason = reason;
  seen.exit_code = exit_code;
  seen.message = std::move(message);
}

void say_suspended(Observation& seen) {
  seen.message = "suspended: whoever did that, such as Kueue, has to resume it";
}

void fail_with(Observation& seen, const kube::PodFailure& failure, bool names_it) {
  fail(seen, failure.reason, failure.exit_code,
       (names_it ? failure.pod + ": " : "") + failure.message);
}

bool fail_if_hopeless(Observation& seen, const std::optional<kube::Trouble>& trouble) {
  if (!trouble || !trouble->is_permanent) return false;
  fail(seen, "ImagePullFailed", seen.exit_code, trouble->message);
  return true;
}

void blame_memory(Observation& seen) {
  for (const PodError& error : seen.pod_errors) {
    if (error.reason != "OOMKilled") continue;
    seen.reason = "OOMKilled";
    say_also(seen, error.pod + ": " + error.message);
    return;
  }
}

void fail_as_deleted(Observation& seen, const kube::ObjectStatus& object) {
  fail(seen, "Evicted", seen.exit_code,
       (object.kind.empty() ? "its object" : object.kind + ' ' + object.name) +
           " was deleted by somebody else");
}

const kube::PodStatus* find_failed(const kube::ObjectStatus& object, std::string_view group) {
  const kube::PodStatus* newest = nullptr;
  for (const kube::PodStatus& pod : object.pods) {
    if (pod.group != group || !pod.has_failed()) continue;
    if (newest == nullptr || pod.created_ms >= newest->created_ms) newest = &pod;
  }
  return newest;
}

std::string main_container(const kube::ObjectStatus& object, std::string_view group,
                           std::string_view usual) {
  const json noted = parsed(object.annotation(kube::kContainersAnnotation));
  const auto own = noted.find(group);
  const bool is_named = own != noted.end() && own->is_string() && !own->empty();
  return is_named ? own->get<std::string>() : std::string(usual);
}

int exit_code_after(std::string_view words, std::string_view message) {
  const std::size_t at = message.find(words);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = message.substr(at + words.size());
  int code = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), code);
  return code < 0 ? 128 - code : code;
}

void say_also(Observation& seen, const std::string& words) {
  if (words.empty()) return;
  seen.message += (seen.message.empty() ? "" : "; ") + words;
}

bool is_from_manifest(const kube::ObjectStatus& object) {
  return object.annotations.contains(kube::kManifestNameAnnotation);
}

}  // namespace berth
