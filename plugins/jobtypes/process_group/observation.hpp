// What a job type makes of a native status.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "process_group/member_status.hpp"

namespace berth {

// A member that failed, as people see it.
struct PodError {
  std::string pod;
  std::string container;
  int exit_code = 0;
  std::string reason;
  std::string message;
  std::int64_t time_ms = 0;
};

PodError pod_error_of(const MemberStatus& member);

// The answer of `interpret`; the states are explained in <berth/jobtype.hpp>.
struct Observation {
  std::string_view state = "starting";
  std::string reason;
  std::string message;
  int exit_code = 0;
  int ready = 0;
  int wanted = 0;
  bool wants_probe = false;
  std::string head_name;
  std::string head_ip;
  std::map<std::string, std::string> endpoints;
  std::map<std::string, std::string>
      environment;  // of clients; "{token}" stands for the job's token
  std::vector<PodError> pod_errors;

  // It failed, for this member did; `names_it`: the message says which.
  void fail(const MemberStatus& member, bool names_it);
  // Every member that failed becomes a pod error.
  void show_failures(const std::vector<MemberStatus>& members);
  std::string json() const;
};

}  // namespace berth
