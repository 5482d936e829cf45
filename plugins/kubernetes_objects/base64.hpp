// Base64, as kubeconfig files and secrets have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth {

// White space is left out. None when it is no base64. [any]
std::optional<std::string> decode_base64(std::string_view text);

std::string encode_base64(std::string_view text);  // [any]

}  // namespace berth
