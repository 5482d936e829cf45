// Which versions of Ray can be closed to strangers.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// Why not, for people; empty when it can: its ports ask for a token since 2.52. [any]
std::string why_not_this_ray(std::string_view version);

// Out of a tag such as "rayproject/ray:2.60.0-py311-gpu"; empty when it has none. [any]
std::string ray_version_of_image(std::string_view image);

}  // namespace berth
