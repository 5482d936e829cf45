// JSON from outside, read strictly.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/error.hpp"

namespace berth {

// As nlohmann::json reads it, but a key that stands twice in one object, nesting beyond `depth_max`
// and text that is no UTF-8 are errors: code "BadJson", the message says where. [any]
Result<nlohmann::json> parse_strict_json(std::string_view text, int depth_max = 64);

}  // namespace berth
