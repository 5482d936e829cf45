// Objects that other tools take as well, in the place of a job.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace berth {

// It names an apiVersion and a kind. [any]
bool is_manifest(const nlohmann::json& document);

// The request that sends it as it is. What of a request its annotations say is in the request's own
// fields, as far as it can be read there: `berth.dev/project: eta` is the project. [any]
nlohmann::json request_of_manifest(nlohmann::json manifest);

// "RayCluster \"sweep\"", for people. [any]
std::string manifest_title(const nlohmann::json& manifest);

}  // namespace berth
