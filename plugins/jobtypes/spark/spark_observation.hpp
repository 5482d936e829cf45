// What the state of a Spark job's processes means for the job.
#pragma once

#include "process_group/observation.hpp"

namespace berth {

// The driver's end is the job's. Whether the workers have joined is asked of the master, by the
// probe.
Observation observe_spark(const GroupStatus& status);

}  // namespace berth
