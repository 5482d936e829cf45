// A job's output as it grows.
#pragma once

#include <memory>

#include "control/call.hpp"
#include "control/log_source.hpp"

namespace berth {

// Waits for the first attempt of a job that was not placed yet, and goes on with the next attempt
// where one is replaced, unless the wish names an attempt. Ends with the output. [io]
std::shared_ptr<BodyStream> follow_logs(Control& control, LogWish wish,
                                        std::shared_ptr<void> place);

}  // namespace berth
