// Members of whom one leads, some work, and one drives: a cluster for one program.
#pragma once

#include <string_view>

#include "process_group/observation.hpp"

namespace berth {

struct LedGroup {
  std::string_view leader;    // its role, of replica 0
  std::string_view driver;    // may be missing: then the group lasts until it is killed
  std::string_view endpoint;  // of the leader
};

// The driver's end is the job's; a leader that ends before it, or any member that is lost, is
// its failure. All others work; whether they have joined is for the probe. [any]
Observation observe_led_group(const GroupStatus& status, const LedGroup& roles);

}  // namespace berth
