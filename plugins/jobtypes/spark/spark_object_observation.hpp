// What the operator's status of a SparkApplication, and its pods, mean for the job.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kubernetes_objects/pod_status.hpp"
#include "process_group/observation.hpp"

namespace berth {

// Ready when the driver runs and as many executors as wanted. The driver's end is the job's. What is
// suspended or submitted anew is starting; words that are not known change nothing, and are told.
Observation observe_spark_object(const kube::ObjectStatus& object, const nlohmann::json& groups);

}  // namespace berth
