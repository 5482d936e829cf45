// One pod template upon another.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace berth::kube {

// Both may be any part of a pod template; what `over` says holds. Objects are merged member by
// member, and null takes a member away. Of lists, containers are merged by name, and ports by
// number; volumes, variables and pull secrets are replaced by name, mounts by their path, host
// aliases by address; what else is appended once. Lists of plain values are replaced. [any]
nlohmann::json merge_pod_template(const nlohmann::json& base, const nlohmann::json& over);

// The one of that name among the containers, or in another list of the pod's; null when there is
// none. [any]
const nlohmann::json* find_container(const nlohmann::json& pod_template, std::string_view name);
nlohmann::json* find_container(nlohmann::json& pod_template, std::string_view name);
const nlohmann::json* find_container(const nlohmann::json& pod_template, const char* list,
                                     std::string_view name);

}  // namespace berth::kube
