// A Spark application as an object of Kubernetes, which the Spark operator makes into pods.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "spark_section.hpp"

namespace berth {

// What a site gives to jobs that do not say.
struct SparkUsual {
  std::string image;
  std::string version;
  std::string gpu_resource;
  std::string driver_account;  // of the driver, which makes the executors; empty: as for any pod
};

// What the scheduler is to find room for: driver and executors, with the sidecars of their pods.
std::vector<Group> groups_of_spark(const SparkSection& spark, const std::string& gpu_resource);

// The workload, format kubernetes/objects: a SparkApplication. `name` is the object's, `token` this
// job's alone.
nlohmann::json render_spark_objects(const SparkSection& spark, const SparkUsual& usual,
                                    const std::string& name, const std::string& token,
                                    const nlohmann::json& request);

}  // namespace berth
