#include "ray_observation.hpp"

#include "process_group/led_group.hpp"
#include "ray_section.hpp"

namespace berth {

Observation observe_ray(const GroupStatus& status) {
  Observation seen =
      observe_led_group(status, {.leader = kHeadGroup, .driver = kDriverRole, .endpoint = "gcs"});
  seen.environment = {{"RAY_AUTH_MODE", "token"}, {"RAY_AUTH_TOKEN", "{token}"}};
  return seen;
}

}  // namespace berth
