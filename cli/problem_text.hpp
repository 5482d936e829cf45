// An error as a person reads it: what, which, and what to do, one idea a line.
#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"
#include "cli/client.hpp"

namespace berth {

// The error that a bad answer carries; made up from the status when it carries none.
Error error_of(const ControlReply& reply);

// Where a field stands: "train.yaml:14", or empty.
using PlaceOf = std::function<std::string(const std::string& path)>;

// "error: ray.workers[0].sku: no pool has \"H1000\"; nearest: \"H100\"", one line for each detail,
// or one of the message alone. No end of line after the last.
std::string problem_text(const Error& error, const PlaceOf& place_of = nullptr);

}  // namespace berth
