#include "process_group/led_group.hpp"

#include <algorithm>

namespace berth {
namespace {

std::string name_if_not(std::string_view driver, const MemberStatus& member) {
  return member.role == driver ? "" : member.name() + ": ";
}

// A program sees that its tasks failed, but not that their node had no more memory.
void name_what_ran_out(const GroupStatus& status, std::string_view driver, Observation& seen) {
  if (seen.reason != "AppFailed") return;
  for (const MemberStatus& member : status.members) {
    if (member.oom_kills == 0) continue;
    seen.reason = "OOMKilled";
    seen.message += "; " + name_if_not(driver, member) + describe_limits(member);
    return;
  }
}

void describe_leader(const GroupStatus& status, const LedGroup& roles, Observation& seen) {
  seen.endpoints = status.endpoints;
  const auto address = status.endpoints.find(std::string(roles.endpoint));
  if (address == status.endpoints.end()) return;
  seen.head_name = std::string(roles.leader) + "-0";
  seen.head_ip = address->second.substr(0, address->second.rfind(':'));
}

}  // namespace

Observation observe_led_group(const GroupStatus& status, const LedGroup& roles) {
  Observation seen;
  seen.wanted = static_cast<int>(
      std::count_if(status.members.begin(), status.members.end(), [&](const MemberStatus& member) {
        return member.role != roles.leader && member.role != roles.driver;
      }));
  seen.show_failures(status.members);
  describe_leader(status, roles, seen);
  const MemberStatus* driver = status.find(roles.driver);
  const MemberStatus* leader = status.find(roles.leader);
  if (driver != nullptr && driver->has_succeeded()) {
    seen.state = "succeeded";
    seen.message = describe_end(*driver);
  } else if (driver != nullptr && driver->has_ended()) {
    seen.fail(*driver, false);
    name_what_ran_out(status, roles.driver, seen);
  } else if (const MemberStatus* lost = status.find_lost()) {
    seen.fail(*lost, true);
  } else if (leader != nullptr && leader->has_ended()) {
    seen.fail(*leader, true);
  } else if (status.all_were_started()) {
    seen.state = "running";
    seen.wants_probe = true;
    seen.message = seen.endpoints.empty() ? std::string(roles.leader) + " starting" : "";
  }
  return seen;
}

}  // namespace berth
