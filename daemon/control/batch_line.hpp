// One line of a batch.
#pragma once

#include <string_view>

#include "control/submission.hpp"

namespace berth {

// Either {"request": {...}, "idempotency_key": "..."} or a bare request. Errors: "BadRequest".
// [any]
Result<Sent> read_batch_line(std::string_view line);

}  // namespace berth
