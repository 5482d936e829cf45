// What KubeRay's status of a RayCluster or RayJob, and its pods, mean for the job.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kubernetes_objects/pod_status.hpp"
#include "process_group/observation.hpp"

namespace berth {

// Ready when the head and as many workers as wanted are. A job ends with its entrypoint, a cluster
// with its head. What is suspended, or is made anew by KubeRay, is starting; words that are not known
// change nothing, and are told.
Observation observe_ray_object(const kube::ObjectStatus& object, const nlohmann::json& groups);

}  // namespace berth
