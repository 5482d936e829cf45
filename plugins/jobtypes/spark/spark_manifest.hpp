// A SparkApplication that somebody wrote himself.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "berth/problem.hpp"
#include "section/group.hpp"

namespace berth {

struct SparkManifest {
  nlohmann::json object;  // with what Berth changes, but for its name
  std::vector<Group> groups;
  nlohmann::json pods = nlohmann::json::array();  // of the workload
};

// Reads the member `manifest` of a request. What would happen unseen by Berth is changed and noted
// by its path, or refused.
SparkManifest read_spark_manifest(const nlohmann::json& request, const std::string& gpu_resource,
                                  problems& found);

// The workload, format kubernetes/objects.
nlohmann::json render_spark_manifest(const SparkManifest& manifest, const std::string& name,
                                     const nlohmann::json& request);

}  // namespace berth
