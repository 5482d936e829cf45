// What objects of every kind are made of.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "section/group.hpp"

namespace berth {

// As quantities of Kubernetes: "1500m", "2Gi". [any]
std::string cpu_quantity(std::int64_t milli);
std::string memory_quantity(std::int64_t bytes);

// `resources` of a container that gets just that: requests are limits. [any]
nlohmann::json exact_resources(const Group& group, const std::string& gpu_resource);

// What `pods` of a workload says of a group's: where their template is, which container is the main
// one, and which GPUs will do. [any]
nlohmann::json pod_wish(const Group& group, const std::string& pod_template,
                        std::string_view container);

// Those labels of a request that Kubernetes takes, but none of Berth's own. [any]
nlohmann::json labels_of_request(const nlohmann::json& request);

// Kubernetes replaces $(NAME) in commands, arguments and variables; this stays as it is. [any]
std::string without_expansion(std::string_view text);

// How many members a group of an order or of a native status has; 0 when there is none. [any]
std::int64_t count_in(const nlohmann::json& groups, std::string_view group);

}  // namespace berth
