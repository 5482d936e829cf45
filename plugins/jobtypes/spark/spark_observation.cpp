#include "spark_observation.hpp"

#include <algorithm>

#include "process_group/led_group.hpp"
#include "spark_section.hpp"

namespace berth {
namespace {

bool has_executor_left(const GroupStatus& status) {
  return std::any_of(status.members.begin(), status.members.end(), [](const MemberStatus& member) {
    return member.role == kExecutorRole && !member.has_ended();
  });
}

}  // namespace

Observation observe_spark(const GroupStatus& status) {
  Observation seen = observe_led_group(
      status, {.leader = kMasterRole, .driver = kDriverRole, .endpoint = "master"});
  seen.environment = {{"_SPARK_AUTH_SECRET", "{token}"}};
  const MemberStatus* executor = status.find(kExecutorRole);
  // A driver whose executors are all gone waits for others, which nobody starts.
  if (seen.state == "running" && executor != nullptr && !has_executor_left(status)) {
    seen.fail(*executor, true);
    seen.wants_probe = false;
  }
  return seen;
}

}  // namespace berth
