#include "kubernetes_objects/pod_status.hpp"

#include <algorithm>

#include "kubernetes_objects/fields.hpp"

namespace berth::kube {
namespace {

using nlohmann::json;

std::int64_t whole(const json& object, const char* name) {
  const json& value = field(object, name);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

ContainerEnd read_end(const json& from) {
  return {.reason = text_field(from, "reason"),
          .message = text_field(from, "message"),
          .exit_code = static_cast<int>(whole(from, "exit_code")),
          .signal = static_cast<int>(whole(from, "signal")),
          .ended_ms = whole(from, "ended_ms")};
}

ContainerStatus read_container(const json& from) {
  ContainerStatus container;
  container.name = text_field(from, "name");
  container.image = text_field(from, "image");
  container.state = text_field(from, "state");
  container.is_init = truth_field(from, "init");
  container.is_ready = truth_field(from, "ready");
  container.restarts = static_cast<int>(whole(from, "restarts"));
  if (container.has_ended()) container.end = read_end(from);
  if (container.is_waiting()) {
    container.waits_for = text_field(from, "reason");
    container.waits_message = text_field(from, "message");
  }
  container.was_started_again = field(from, "last").is_object();
  if (container.was_started_again) container.last = read_end(from["last"]);
  return container;
}

PodStatus read_pod(const json& from) {
  PodStatus pod;
  pod.name = text_field(from, "name");
  pod.group = text_field(from, "group");
  pod.node = text_field(from, "node");
  pod.ip = text_field(from, "ip");
  pod.phase = text_field(from, "phase");
  pod.reason = text_field(from, "reason");
  pod.message = text_field(from, "message");
  pod.is_ready = truth_field(from, "ready");
  pod.is_deleting = truth_field(from, "deleting");
  pod.is_gone = truth_field(from, "gone");
  pod.created_ms = whole(from, "created_ms");
  const json& unscheduled = field(from, "unscheduled");
  pod.is_unscheduled = unscheduled.is_object();
  pod.unscheduled_reason = text_field(unscheduled, "reason");
  pod.unscheduled_message = text_field(unscheduled, "message");
  for (const json& container : list_field(from, "containers")) {
    pod.containers.push_back(read_container(container));
  }
  return pod;
}

template <typename Item, typename Read>
void read_list(const json& from, const char* name, std::vector<Item>& into, Read read) {
  for (const json& item : list_field(from, name)) into.push_back(read(item));
}

void read_object(const json& from, ObjectStatus& object) {
  object.kind = text_field(from, "kind");
  object.name = text_field(from, "name");
  object.is_deleting = truth_field(from, "deleting");
  if (const json& own = field(from, "annotations"); own.is_object()) object.annotations = own;
  if (const json& own = field(from, "status"); own.is_object()) object.status = own;
}

}  // namespace

const ContainerStatus* PodStatus::find(std::string_view container) const {
  const auto found = std::find_if(
      containers.begin(), containers.end(),
      [&](const ContainerStatus& each) { return each.name == container && !each.is_init; });
  return found == containers.end() ? nullptr : &*found;
}

std::string ObjectStatus::annotation(std::string_view name) const {
  const auto found = annotations.find(name);
  return found != annotations.end() && found->is_string() ? found->get<std::string>() : "";
}

const PodStatus* ObjectStatus::find_pod(std::string_view group) const {
  const PodStatus* newest = nullptr;
  for (const PodStatus& pod : pods) {
    if (pod.group != group || !pod.is_there()) continue;
    if (newest == nullptr || pod.created_ms >= newest->created_ms) newest = &pod;
  }
  return newest;
}

ObjectStatus read_object_status(const json& native) {
  ObjectStatus object;
  object.is_gone = truth_field(native, "gone");
  read_object(field(native, "object"), object);
  read_list(native, "pods", object.pods, read_pod);
  read_list(native, "events", object.warnings, [](const json& from) {
    return Warning{text_field(from, "on"), text_field(from, "reason"), text_field(from, "message"),
                   whole(from, "time_ms")};
  });
  return object;
}

std::string text_at(const json& object, const std::string& pointer) {
  const json& value = value_at(object, pointer);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t whole_at(const json& object, const std::string& pointer, std::int64_t fallback) {
  const json& value = value_at(object, pointer);
  return value.is_number_integer() ? value.get<std::int64_t>() : fallback;
}

}  // namespace berth::kube
