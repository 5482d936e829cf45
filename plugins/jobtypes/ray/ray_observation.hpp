// What the state of a Ray cluster's processes means for its job.
#pragma once

#include "process_group/observation.hpp"

namespace berth {

// With an entrypoint the driver's end is the job's; without one it lasts until it is killed.
// Whether the workers have joined is asked of the head, by the probe.
Observation observe_ray(const GroupStatus& status);

}  // namespace berth
