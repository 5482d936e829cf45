#include "workload_table.hpp"

#include <algorithm>

#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;

// What another object of the attempt made: a RayJob its RayCluster.
bool is_child(const json& object, const AttemptKey& key) {
  return !list_field(object, "metadata", "ownerReferences").empty() ||
         text_field(object, "metadata", "name") != key.name();
}

}  // namespace

std::string WorkloadTable::Attempt::words_of_remains() const {
  std::string words;
  const auto add = [&](const std::string& what) { words += (words.empty() ? "" : ", ") + what; };
  if (picture.has_object()) {
    add(ref.words());
    for (const std::string& one : finalizers) words += " (held by finalizer " + one + ")";
  }
  for (const auto& [uid, child] : children) add(child);
  std::size_t named = 0;
  for (const auto& [name, pod] : picture.pods()) {
    if (++named > 5) break;
    add("pod " + name + (truth_field(pod, "deleting") ? " (ending)" : ""));
  }
  if (picture.live_pods() > 5) add(std::to_string(picture.live_pods() - 5) + " more pods");
  return words.empty() ? "nothing" : words;
}

const WorkloadTable::Attempt* WorkloadTable::find(const AttemptKey& key) const {
  const auto found = attempts_.find(key);
  return found == attempts_.end() ? nullptr : &found->second;
}

WorkloadTable::Attempt& WorkloadTable::attempt(const AttemptKey& key) {
  const auto [at, is_new] = attempts_.try_emplace(key);
  if (is_new) {
    at->second.key = key;
    by_name_[key.name()] = key;
  }
  return at->second;
}

void WorkloadTable::take_object(const json& object, bool is_by_watch) {
  const auto key = attempt_of(object, identity_);
  if (!key) return;
  Attempt& of = attempt(*key);
  object_of_[uid_of(object)] = *key;
  if (is_child(object, *key)) {
    of.children[uid_of(object)] = ref_of(object).words();
  } else {
    take_main(of, object, is_by_watch);
  }
  changed_(*key);
}

void WorkloadTable::take_main(Attempt& of, const json& object, bool is_by_watch) {
  of.ref = ref_of(object);
  of.uid = uid_of(object);
  of.epoch = epoch_of(object);
  of.is_by_watch = is_by_watch;
  of.finalizers.clear();
  for (const json& one : list_field(object, "metadata", "finalizers"))
    if (one.is_string()) of.finalizers.push_back(one);
  of.picture.set_object(object_summary(object));
}

void WorkloadTable::object_gone(const std::string& uid) {
  const auto place = object_of_.extract(uid);
  if (!place) return;
  const auto found = attempts_.find(place.mapped());
  if (found == attempts_.end()) return;
  Attempt& of = found->second;
  of.children.erase(uid);
  if (of.uid == uid) of.picture.object_vanished();
  changed_(place.mapped());
}

void WorkloadTable::take_pod(const json& pod) {
  const auto key = attempt_of(pod, identity_);
  if (!key) return;
  json summary = pod_summary(pod, kube::kGroupLabel);
  pod_of_[uid_of(pod)] = {*key, summary["name"]};
  Attempt& of = attempt(*key);
  if (of.ref.in_namespace.empty()) of.ref.in_namespace = text_field(pod, "metadata", "namespace");
  of.picture.set_pod(std::move(summary));
  changed_(*key);
}

void WorkloadTable::pod_gone(const std::string& uid) {
  const auto place = pod_of_.extract(uid);
  if (!place) return;
  const auto found = attempts_.find(place.mapped().key);
  if (found == attempts_.end()) return;
  found->second.picture.pod_vanished(place.mapped().name);
  changed_(place.mapped().key);
}

// By uid; else by name, for what was to be made and never was is told of by the name of its maker.
std::optional<AttemptKey> WorkloadTable::key_of_subject(const json& subject) const {
  const std::string uid = text_field(subject, "uid");
  if (const auto found = object_of_.find(uid); found != object_of_.end()) return found->second;
  if (const auto found = pod_of_.find(uid); found != pod_of_.end()) return found->second.key;
  std::string name = text_field(subject, "name");
  while (!name.empty()) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    const std::size_t dash = name.rfind('-');
    name.resize(dash == std::string::npos ? 0 : dash);
  }
  return std::nullopt;
}

void WorkloadTable::take_event(const json& event) {
  if (text_field(event, "type") != "Warning") return;
  const json& subject = field(event, "involvedObject");
  const auto key = key_of_subject(subject);
  if (!key) return;
  Attempt& of = attempts_.at(*key);
  if (of.ref.in_namespace != text_field(subject, "namespace")) return;
  of.picture.add_event(event_summary(event));
  changed_(*key);
}

void WorkloadTable::forget(const AttemptKey& key) {
  if (attempts_.erase(key) == 0) return;
  by_name_.erase(key.name());
  std::erase_if(object_of_, [&](const auto& entry) { return entry.second == key; });
  std::erase_if(pod_of_, [&](const auto& entry) { return entry.second.key == key; });
}

}  // namespace berth
