// What the state of pods means, in words for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kubernetes_objects/pod_status.hpp"

namespace berth::kube {

// A container, or a pod, that came to a bad end.
struct PodFailure {
  std::string pod;
  std::string container;
  std::string reason;  // one of a job's: AppFailed, OOMKilled, NodeLost, Evicted, ...
  std::string message;
  int exit_code = 0;
  std::int64_t time_ms = 0;
};

// Every bad end of its containers: those that were started again and those of a pod that is gone,
// too. A pod that failed as a whole has one failure at least. [any]
std::vector<PodFailure> failures_of(const PodStatus& pod);
// Of those that made the pod fail, that of `container` if it is among them. [any]
PodFailure failure_of(const PodStatus& pod, std::string_view container);

// "exit code 3; last line: ...", "out of memory: over the container's limit". [any]
std::string describe_end(const ContainerEnd& end);

// What keeps a pod from coming up.
struct Trouble {
  std::string message;
  bool is_permanent = false;  // waiting will not help: an image that is not there
};
// Not scheduled, no image, a secret that is missing, ending again and again. None: all is well, or
// it only needs time. [any]
std::optional<Trouble> trouble_of(const PodStatus& pod);
// A quota that is exceeded, a refusal, a volume that cannot be mounted. [any]
std::optional<Trouble> trouble_of(const Warning& warning);

// The worst of all pods that are there, a permanent one first; or else the last that was complained
// of about them or about their object. [any]
std::optional<Trouble> find_trouble(const ObjectStatus& object);

}  // namespace berth::kube
