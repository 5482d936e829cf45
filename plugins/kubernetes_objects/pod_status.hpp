// The native status of workloads of format kubernetes/objects; its form is in <berth/jobtype.hpp>.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace berth::kube {

// How a container ended, now or the time before.
struct ContainerEnd {
  std::string reason;  // OOMKilled, Error, Completed, ...
  std::string message;
  int exit_code = 0;
  int signal = 0;
  std::int64_t ended_ms = 0;

  bool is_good() const { return exit_code == 0 && signal == 0; }
};

struct ContainerStatus {
  std::string name;
  std::string image;
  std::string state;  // waiting, running, terminated, or nothing yet
  bool is_init = false;
  bool is_ready = false;
  int restarts = 0;
  std::string waits_for;  // the reason why it waits, and a message
  std::string waits_message;
  ContainerEnd end;   // when it is terminated
  ContainerEnd last;  // when it was started again
  bool was_started_again = false;

  bool is_waiting() const { return state == "waiting"; }
  bool has_ended() const { return state == "terminated"; }
};

struct PodStatus {
  std::string name, group, node, ip;
  std::string phase;  // Pending, Running, Succeeded, Failed, Unknown
  std::string reason, message;
  bool is_ready = false;
  bool is_deleting = false;
  bool is_gone = false;
  bool is_unscheduled = false;
  std::string unscheduled_reason, unscheduled_message;
  std::int64_t created_ms = 0;
  std::vector<ContainerStatus> containers;

  bool is_there() const { return !is_gone && !is_deleting; }
  bool is_running() const { return is_there() && phase == "Running"; }
  bool has_failed() const { return phase == "Failed"; }
  bool has_ended() const { return phase == "Failed" || phase == "Succeeded"; }
  // Null when it has none of that name.
  const ContainerStatus* find(std::string_view container) const;
};

// What Kubernetes or an operator complained of.
struct Warning {
  std::string on;  // "Pod/NAME"
  std::string reason, message;
  std::int64_t time_ms = 0;
};

struct ObjectStatus {
  std::string kind, name;
  bool is_gone = false;  // somebody else deleted it
  bool is_deleting = false;
  nlohmann::json annotations = nlohmann::json::object();
  nlohmann::json status = nlohmann::json::object();  // as the operator wrote it
  std::vector<PodStatus> pods;
  std::vector<Warning> warnings;  // newest last

  std::string annotation(std::string_view name) const;
  // The newest one of a group that is there; null when none is.
  const PodStatus* find_pod(std::string_view group) const;
};

// Members that are absent or of another type are as if they were empty. [any]
ObjectStatus read_object_status(const nlohmann::json& native);

// A text within objects, "" when it is not there: "/applicationState/state". [any]
std::string text_at(const nlohmann::json& object, const std::string& pointer);
std::int64_t whole_at(const nlohmann::json& object, const std::string& pointer,
                      std::int64_t fallback = 0);

}  // namespace berth::kube
