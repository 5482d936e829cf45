// Which pod and container a question is about.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "workload_table.hpp"

namespace berth {

// "" is the main group.
std::string group_of(const WorkloadTable::Attempt& attempt, const std::string& role);

// Of a group, by age and name; null when there are fewer.
const nlohmann::json* nth_pod(const WorkloadTable::Attempt& attempt, const std::string& group,
                              std::int64_t replica);

// The one whose log is shown: by annotation, else the first that is no init container.
std::string main_container(const WorkloadTable::Attempt& attempt, const nlohmann::json& pod);

struct PodPort {
  std::string in_namespace;
  std::string pod;
  std::int64_t port = 0;
};

// Where an endpoint is; else why it cannot be said yet.
struct EndpointPlace {
  std::optional<PodPort> place;
  std::string why_not;
};
EndpointPlace find_endpoint(const WorkloadTable::Attempt& attempt, const std::string& endpoint);

}  // namespace berth
