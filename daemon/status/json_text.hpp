// JSON as the control socket speaks it: keys in the order that a person reads them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace berth {

using Json = nlohmann::ordered_json;

// On one line; what is no UTF-8 becomes U+FFFD instead of an error. [any]
std::string json_text(const Json& value);

// Text that this program or a plugin wrote; null when it is empty or no JSON. [any]
Json parsed_or_null(std::string_view text);

}  // namespace berth
