// The description of the control socket.
#pragma once

#include <string_view>

namespace berth {

std::string_view openapi_text();  // JSON [any]

}  // namespace berth
