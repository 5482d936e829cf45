// The part of a pod template that a job writes itself.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "section/group.hpp"
#include "section/section.hpp"

namespace berth {

// Reads the field `pod_template`, with every problem of it: what follows from other fields of the
// job (the amounts of its main containers, names, the restart policy) is refused. Empty when it is
// absent.
nlohmann::json read_pod_fragment(Section& section, std::span<const std::string_view> containers,
                                 std::string_view gpu_resource);

// A fragment for pods of every kind as one for those whose main container is `own`: without the
// others' main containers. [any]
nlohmann::json fragment_without_others(nlohmann::json fragment, std::string_view own,
                                       std::span<const std::string_view> containers);

// The group with what the other containers of its pods ask for. `fragment` is valid. [any]
Group with_sidecars(Group group, const nlohmann::json& fragment, std::string_view container,
                    const std::string& gpu_resource);

}  // namespace berth
