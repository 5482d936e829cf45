// Going on with a job's output: over its attempts, and over restarts of berthd.
#pragma once

#include <cstdint>
#include <string>

#include "cli/context.hpp"
#include "cli/job_logs.hpp"

namespace berth {

// Prints from `offset` of the attempt in the options (0: the newest) until the job has ended or the
// user interrupts; answers what to exit with.
int follow_logs(Context& context, const std::string& job, const LogOptions& options,
                std::int64_t offset);

}  // namespace berth
