#include "native_status.hpp"

#include <algorithm>

#include "attempt_identity.hpp"
#include "kubernetes_objects/fields.hpp"
#include "time_text.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestMessage = 2000;
constexpr std::string_view kOwnAnnotations = "berth.dev/";

std::string message_of(const json& from) {
  std::string message = text_field(from, "message");
  if (message.size() > kLongestMessage) message.resize(kLongestMessage);
  return message;
}

// Its message is whole: Kubernetes keeps 4096 bytes of it, whose end says most and may be JSON.
json termination_summary(const json& terminated) {
  return {{"reason", text_field(terminated, "reason")},
          {"message", text_field(terminated, "message")},
          {"exit_code", number_field(terminated, "exitCode")},
          {"signal", number_field(terminated, "signal")},
          {"started_ms", parse_time_ms(text_field(terminated, "startedAt"))},
          {"ended_ms", parse_time_ms(text_field(terminated, "finishedAt"))}};
}

json container_summary(const json& status, bool is_init) {
  json summary = {{"name", text_field(status, "name")},
                  {"init", is_init},
                  {"ready", truth_field(status, "ready")},
                  {"restarts", number_field(status, "restartCount")},
                  {"image", text_field(status, "image")}};
  const json& state = field(status, "state");
  if (const json& terminated = field(state, "terminated"); terminated.is_object()) {
    summary.update(termination_summary(terminated));
    summary["state"] = "terminated";
  } else if (const json& running = field(state, "running"); running.is_object()) {
    summary["state"] = "running";
    summary["started_ms"] = parse_time_ms(text_field(running, "startedAt"));
  } else {
    summary["state"] = "waiting";
    summary["reason"] = text_field(state, "waiting", "reason");
    summary["message"] = message_of(field(state, "waiting"));
  }
  if (const json& last = field(status, "lastState", "terminated"); last.is_object())
    summary["last"] = termination_summary(last);
  return summary;
}

json containers_summary(const json& status) {
  json all = json::array();
  for (const json& one : list_field(status, "initContainerStatuses"))
    all.push_back(container_summary(one, true));
  for (const json& one : list_field(status, "containerStatuses"))
    all.push_back(container_summary(one, false));
  return all;
}

const json* condition(const json& status, std::string_view type) {
  for (const json& one : list_field(status, "conditions"))
    if (text_field(one, "type") == type) return &one;
  return nullptr;
}

bool is_true(const json* condition) {
  return condition != nullptr && text_field(*condition, "status") == "True";
}

bool has_failed(const json& pod) {
  if (text_field(pod, "phase") == "Failed") return true;
  const json& containers = list_field(pod, "containers");
  return std::any_of(containers.begin(), containers.end(), [](const json& one) {
    return number_field(one, "exit_code") != 0 || number_field(one, "last", "exit_code") != 0;
  });
}

// That the cluster itself ends the pod, as when its node is drained or lost, is a condition of it.
void note_disruption(const json& status, json& summary) {
  const json* target = condition(status, "DisruptionTarget");
  if (!is_true(target)) return;
  summary["disrupted"] = true;
  if (!text_field(summary, "reason").empty()) return;
  summary["reason"] = text_field(*target, "reason");
  summary["message"] = message_of(*target);
}

}  // namespace

json object_summary(const json& object) {
  const json& metadata = field(object, "metadata");
  json annotations = json::object();
  if (const json& all = field(metadata, "annotations"); all.is_object()) {
    for (const auto& [name, value] : all.items())
      if (name.starts_with(kOwnAnnotations)) annotations[name] = value;
  }
  const json& status = field(object, "status");
  return {{"apiVersion", text_field(object, "apiVersion")},
          {"kind", text_field(object, "kind")},
          {"name", text_field(metadata, "name")},
          {"namespace", text_field(metadata, "namespace")},
          {"uid", uid_of(object)},
          {"generation", number_field(metadata, "generation")},
          {"created_ms", parse_time_ms(text_field(metadata, "creationTimestamp"))},
          {"deleting", is_going(object)},
          {"annotations", std::move(annotations)},
          {"status", status.is_object() ? status : json::object()}};
}

json pod_summary(const json& pod, std::string_view group_label) {
  const json& metadata = field(pod, "metadata");
  const json& status = field(pod, "status");
  json summary = {{"name", text_field(metadata, "name")},
                  {"group", text_field(metadata, "labels", group_label)},
                  {"node", text_field(pod, "spec", "nodeName")},
                  {"ip", text_field(status, "podIP")},
                  {"phase", text_field(status, "phase")},
                  {"ready", is_true(condition(status, "Ready"))},
                  {"deleting", is_going(pod)},
                  {"gone", false},
                  {"created_ms", parse_time_ms(text_field(metadata, "creationTimestamp"))},
                  {"reason", text_field(status, "reason")},
                  {"message", message_of(status)},
                  {"containers", containers_summary(status)}};
  note_disruption(status, summary);
  const json* scheduled = condition(status, "PodScheduled");
  if (scheduled != nullptr && !is_true(scheduled))
    summary["unscheduled"] = {{"reason", text_field(*scheduled, "reason")},
                              {"message", message_of(*scheduled)}};
  return summary;
}

std::string subject_of(const json& event) {
  // events.k8s.io calls "regarding" what v1 calls "involvedObject".
  const json& subject = field(event, "involvedObject");
  return text_field(subject, "kind") + "/" + text_field(subject, "name");
}

json event_summary(const json& event) {
  std::int64_t time_ms = parse_time_ms(text_field(event, "lastTimestamp"));
  if (time_ms == 0) time_ms = parse_time_ms(text_field(event, "series", "lastObservedTime"));
  if (time_ms == 0) time_ms = parse_time_ms(text_field(event, "eventTime"));
  if (time_ms == 0) time_ms = parse_time_ms(text_field(event, "metadata", "creationTimestamp"));
  const std::int64_t count =
      std::max(number_field(event, "count"), number_field(event, "series", "count"));
  return {{"on", subject_of(event)},      {"reason", text_field(event, "reason")},
          {"message", message_of(event)}, {"count", std::max<std::int64_t>(count, 1)},
          {"time_ms", time_ms},           {"id", uid_of(event)}};
}

void AttemptPicture::set_object(json summary) {
  object_ = std::move(summary);
  has_vanished_ = false;
}

void AttemptPicture::object_vanished() {
  object_ = nullptr;
  has_vanished_ = true;
}

void AttemptPicture::set_pod(json summary) {
  const std::string name = summary["name"];
  pods_[name] = std::move(summary);
}

void AttemptPicture::pod_vanished(const std::string& name) {
  auto found = pods_.extract(name);
  if (!found) return;
  json& pod = found.mapped();
  if (truth_field(pod, "disrupted") && text_field(pod, "phase") != "Succeeded")
    pod["phase"] = "Failed";  // it was ended, whether or not it could still say so
  if (has_failed(pod)) keep_gone(std::move(pod));
}

void AttemptPicture::keep_gone(json summary) {
  summary["gone"] = true;
  summary["ready"] = false;
  gone_pods_.push_back(std::move(summary));
  if (gone_pods_.size() > kGonePodsMax) gone_pods_.pop_front();
}

// An event that happens again is the same one with a higher count.
void AttemptPicture::add_event(json summary) {
  std::erase_if(events_, [&](const json& one) { return one["id"] == summary["id"]; });
  const auto later = std::find_if(events_.begin(), events_.end(), [&](const json& one) {
    return one["time_ms"] > summary["time_ms"];
  });
  events_.insert(later, std::move(summary));
  if (events_.size() > kEventsMax) events_.pop_front();
}

json AttemptPicture::native_status() const {
  json status = json::object();
  if (has_object()) {
    status["object"] = object_;
  } else if (has_vanished_) {
    status["gone"] = true;
  }
  json pods = json::array();
  for (const json& pod : gone_pods_) pods.push_back(pod);
  for (const auto& [name, pod] : pods_) pods.push_back(pod);
  json events = json::array();
  for (json event : events_) {
    event.erase("id");
    events.push_back(std::move(event));
  }
  status["pods"] = std::move(pods);
  status["events"] = std::move(events);
  return status;
}

}  // namespace berth
