#include "kubernetes_objects/pod_status.hpp"

#include <algorithm>

namespace berth::kube {
namespace {

using nlohmann::json;

const json& member(const json& object, const char* name) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t whole(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool truth(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

ContainerEnd read_end(const json& from) {
  return {.reason = text(from, "reason"),
          .message = text(from, "message"),
          .exit_code = static_cast<int>(whole(from, "exit_code")),
          .signal = static_cast<int>(whole(from, "signal")),
          .ended_ms = whole(from, "ended_ms")};
}

ContainerStatus read_container(const json& from) {
  ContainerStatus container;
  container.name = text(from, "name");
  container.image = text(from, "image");
  container.state = text(from, "state");
  container.is_init = truth(from, "init");
  container.is_ready = truth(from, "ready");
  container.restarts = static_cast<int>(whole(from, "restarts"));
  if (container.has_ended()) container.end = read_end(from);
  if (container.is_waiting()) {
    container.waits_for = text(from, "reason");
    container.waits_message = text(from, "message");
  }
  container.was_started_again = member(from, "last").is_object();
  if (container.was_started_again) container.last = read_end(from["last"]);
  return container;
}

PodStatus read_pod(const json& from) {
  PodStatus pod;
  pod.name = text(from, "name");
  pod.group = text(from, "group");
  pod.node = text(from, "node");
  pod.ip = text(from, "ip");
  pod.phase = text(from, "phase");
  pod.reason = text(from, "reason");
  pod.message = text(from, "message");
  pod.is_ready = truth(from, "ready");
  pod.is_deleting = truth(from, "deleting");
  pod.is_gone = truth(from, "gone");
  pod.created_ms = whole(from, "created_ms");
  const json& unscheduled = member(from, "unscheduled");
  pod.is_unscheduled = unscheduled.is_object();
  pod.unscheduled_reason = text(unscheduled, "reason");
  pod.unscheduled_message = text(unscheduled, "message");
  const json& containers = member(from, "containers");
  for (const json& container : containers.is_array() ? containers : json::array()) {
    pod.containers.push_back(read_container(container));
  }
  return pod;
}

template <typename Item, typename Read>
void read_list(const json& from, const char* name, std::vector<Item>& into, Read read) {
  const json& list = member(from, name);
  if (!list.is_array()) return;
  for (const json& item : list) into.push_back(read(item));
}

void read_object(const json& from, ObjectStatus& object) {
  object.kind = text(from, "kind");
  object.name = text(from, "name");
  object.is_deleting = truth(from, "deleting");
  if (const json& own = member(from, "annotations"); own.is_object()) object.annotations = own;
  if (const json& own = member(from, "status"); own.is_object()) object.status = own;
}

const json& value_at(const json& object, const std::string& pointer) {
  static const json kNull;
  const json::json_pointer path(pointer);
  return object.contains(path) ? object.at(path) : kNull;
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
  object.is_gone = truth(native, "gone");
  read_object(member(native, "object"), object);
  read_list(native, "pods", object.pods, read_pod);
  read_list(native, "events", object.warnings, [](const json& from) {
    return Warning{text(from, "on"), text(from, "reason"), text(from, "message"),
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
