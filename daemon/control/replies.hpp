// Answers in the form of the wire.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "control/call.hpp"
#include "status/json_text.hpp"

namespace berth {

Response json_response(const Json& body, int status = 200);  // [any]

// {"error": {"code", "message", "details"}} with the HTTP status that fits the code. [any]
Response error_response(const Error& error);
Json error_json(const Error& error);

int http_status_of(std::string_view code);  // 500 for a code that is not of the wire [any]

}  // namespace berth
