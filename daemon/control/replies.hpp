// Answers in the form of the wire.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "control/call.hpp"
#include "status/json_text.hpp"

namespace berth {

struct Submitted;

Response json_response(const Json& body, int status = 200);  // [any]

// {"error": {"code", "message", "details"}} with the HTTP status that fits the code. [any]
Response error_response(const Error& error);
Json error_json(const Error& error);

// {"id", "repeated", "notes"}, the latter two where there is something to say. [any]
Json submitted_json(const Submitted& submitted);
// [{"path", "message"}]: what of a request will hold otherwise than written. [any]
Json notes_json(const std::vector<Problem>& notes);

int http_status_of(std::string_view code);  // 500 for a code that is not of the wire [any]

}  // namespace berth
