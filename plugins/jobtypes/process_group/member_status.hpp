// What a backend says of the members of a process/group workload.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct MemberStatus {
  std::string role;
  int replica = 0;
  std::string state;  // starting, running, ended
  std::string how;  // of an end: exited, signaled, exec_failed, stopped, evicted, lost, never_ran,
                    // cancelled
  int code = 0;
  int signal = 0;
  std::string message;
  std::int64_t ended_ms = 0;
  std::int64_t oom_kills = 0;
  std::int64_t memory_bytes = 0;  // that it may use, with all beside it; 0: not known
  std::int64_t memory_peak_bytes = 0;
  std::int64_t forks_refused = 0;
  std::int64_t processes_max = 0;
  std::int64_t output_bytes = 0;
  std::int64_t output_removed_bytes = 0;
  std::string tail;  // the end of what the main member printed, when it did not succeed

  bool has_ended() const { return state == "ended"; }
  bool is_running() const { return state == "running"; }
  bool has_succeeded() const { return has_ended() && how == "exited" && code == 0; }
  std::string name() const { return role + '-' + std::to_string(replica); }
};

struct GroupStatus {
  std::vector<MemberStatus> members;
  std::map<std::string, std::string> endpoints;  // name to "host:port"

  const MemberStatus* find(std::string_view role) const;  // the first of that role, or none
  const MemberStatus* find_lost() const;
  bool all_were_started() const;
};

// Of the `status` of an `interpret` call.
GroupStatus read_group_status(const nlohmann::json& status);

// Why a member failed, as jobs know it: AppFailed, OOMKilled, Evicted, NodeLost or
// SubmissionFailed. One that failed after the kernel had ended a process of it for want of memory
// was OOMKilled. [any]
std::string reason_of_end(const MemberStatus& member);

// The same for people: "exit code 3", "killed by signal 9 (SIGKILL)", with the limits that it met
// and its last words. [any]
std::string describe_end(const MemberStatus& member);

// The limits that a member met, each with its numbers; empty: none. [any]
std::string describe_limits(const MemberStatus& member);

// The exit code that a shell would show: 128 and the signal's number for a killed one. [any]
int exit_code_of(const MemberStatus& member);

}  // namespace berth
