#include "ray_observation.hpp"

#include <algorithm>

#include "ray_section.hpp"

namespace berth {
namespace {

const MemberStatus* find_role(const GroupStatus& status, std::string_view role) {
  const auto found = std::find_if(status.members.begin(), status.members.end(),
                                  [&](const MemberStatus& member) { return member.role == role; });
  return found == status.members.end() ? nullptr : &*found;
}

const MemberStatus* find_lost(const GroupStatus& status) {
  const auto found = std::find_if(
      status.members.begin(), status.members.end(),
      [](const MemberStatus& member) { return member.has_ended() && member.how == "lost"; });
  return found == status.members.end() ? nullptr : &*found;
}

bool is_worker(const MemberStatus& member) {
  return member.role != kHeadGroup && member.role != kDriverRole;
}

std::string name_if_not_driver(const MemberStatus& member) {
  return member.role == kDriverRole ? "" : member.name() + ": ";
}

void fail(Observation& seen, const MemberStatus& member) {
  seen.state = "failed";
  seen.reason = reason_of_end(member);
  seen.message = name_if_not_driver(member) + describe_end(member);
  seen.exit_code = exit_code_of(member);
}

// An entrypoint sees that its tasks failed, but not that their node had no more memory.
void name_what_ran_out(const GroupStatus& status, Observation& seen) {
  if (seen.reason != "AppFailed") return;
  for (const MemberStatus& member : status.members) {
    if (member.oom_kills == 0) continue;
    seen.reason = "OOMKilled";
    seen.message += "; " + name_if_not_driver(member) + describe_limits(member);
    return;
  }
}

void succeed(Observation& seen, const MemberStatus& driver) {
  seen.state = "succeeded";
  seen.message = describe_end(driver);
}

void describe_members(const GroupStatus& status, Observation& seen) {
  for (const MemberStatus& member : status.members) {
    if (is_worker(member)) ++seen.wanted;
    if (member.has_ended() && !member.has_succeeded()) {
      seen.pod_errors.push_back(pod_error_of(member));
    }
  }
}

void describe_head(const GroupStatus& status, Observation& seen) {
  seen.endpoints = status.endpoints;
  seen.environment = {{"RAY_AUTH_MODE", "token"}, {"RAY_AUTH_TOKEN", "{token}"}};
  const auto gcs = status.endpoints.find("gcs");
  if (gcs == status.endpoints.end()) return;
  seen.head_name = "head-0";
  seen.head_ip = gcs->second.substr(0, gcs->second.rfind(':'));
}

bool all_were_started(const GroupStatus& status) {
  return !status.members.empty() &&
         std::all_of(status.members.begin(), status.members.end(), [](const MemberStatus& member) {
           return member.is_running() || member.has_ended();
         });
}

}  // namespace

Observation observe_ray(const GroupStatus& status) {
  Observation seen;
  describe_members(status, seen);
  describe_head(status, seen);
  const MemberStatus* driver = find_role(status, kDriverRole);
  const MemberStatus* head = find_role(status, kHeadGroup);
  if (driver != nullptr && driver->has_succeeded()) {
    succeed(seen, *driver);
  } else if (driver != nullptr && driver->has_ended()) {
    fail(seen, *driver);
    name_what_ran_out(status, seen);
  } else if (const MemberStatus* lost = find_lost(status)) {
    fail(seen, *lost);
  } else if (head != nullptr && head->has_ended()) {
    fail(seen, *head);
  } else if (all_were_started(status)) {
    seen.state = "running";
    seen.wants_probe = true;
    seen.message = seen.endpoints.empty() ? "head starting" : "";
  }
  return seen;
}

}  // namespace berth
