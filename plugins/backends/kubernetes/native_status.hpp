// The native status of format kubernetes/objects: what the API server says of an attempt, made
// small.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace berth {

// What is kept of a custom resource: its identity, Berth's own annotations and its status. [any]
nlohmann::json object_summary(const nlohmann::json& object);

// What is kept of a pod. `group_label` names its group. [any]
nlohmann::json pod_summary(const nlohmann::json& pod, std::string_view group_label);

// What is kept of an Event. [any]
nlohmann::json event_summary(const nlohmann::json& event);

// "Pod/j1-a1-head" [any]
std::string subject_of(const nlohmann::json& event);

// Everything known of one attempt.
class AttemptPicture {
 public:
  static constexpr std::size_t kEventsMax = 50;
  static constexpr std::size_t kGonePodsMax = 100;

  void set_object(nlohmann::json summary);
  void object_vanished();
  void set_pod(nlohmann::json summary);
  // One that failed, or whose container did, is kept as gone; of the others nothing is.
  void pod_vanished(const std::string& name);
  void add_event(nlohmann::json summary);

  bool has_object() const { return !object_.is_null(); }
  const nlohmann::json& object() const { return object_; }
  bool has_vanished() const { return has_vanished_; }
  std::size_t live_pods() const { return pods_.size(); }
  bool has_pod(const std::string& name) const { return pods_.contains(name); }
  const std::map<std::string, nlohmann::json>& pods() const { return pods_; }
  nlohmann::json native_status() const;

 private:
  void keep_gone(nlohmann::json summary);

  nlohmann::json object_;
  bool has_vanished_ = false;
  std::map<std::string, nlohmann::json> pods_;
  std::deque<nlohmann::json> gone_pods_;
  std::deque<nlohmann::json> events_;  // newest last
};

}  // namespace berth
