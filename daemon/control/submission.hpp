// From a request's bytes to what the engine accepts.
#pragma once

#include <string>

#include "access/principal.hpp"
#include "control/control.hpp"

namespace berth {

// A request as it came, one of a batch or alone.
struct Sent {
  std::string bytes;
  std::string idempotency_key;  // empty: none
};

// Reads and checks all that can be checked without the loop: fields, the job type's own section,
// the project, limits. Errors: "Forbidden"; "BadRequest" with every wrong field by its path. [io]
Result<Submission> read_submission(const Control& control, const Principal& who, const Sent& sent);

// The whole way: reads, holds a strict request to what the pools have, hands it to the engine.
// `reply` is called once, after the commit, on any thread. [io]
void submit_request(Control& control, const Principal& who, const Sent& sent,
                    Reply<Submitted> reply);

}  // namespace berth
