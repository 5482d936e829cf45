// Which jobs a list is asked for.
#pragma once

#include "control/query.hpp"
#include "store/reader.hpp"

namespace berth {

// Errors: "BadRequest" by parameter, with the nearest right phase. [any]
Result<JobFilter> read_job_filter(const Query& query);

}  // namespace berth
