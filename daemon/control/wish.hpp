// The body of a request that changes something: why.
#pragma once

#include <string>

#include "base/error.hpp"
#include "control/call.hpp"
#include "lifecycle/engine.hpp"

namespace berth {

enum class ReasonIs { kRequired, kOptional };

// Reads {"reason": "..."}; an empty body is {}. Errors: "BadRequest". [any]
Result<Actor> read_actor(const Call& call, ReasonIs reason);

}  // namespace berth
