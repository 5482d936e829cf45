#include "process_group/member_status.hpp"

#include <string.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

constexpr int kSignalOffset = 128;

MemberStatus read_member(const nlohmann::json& from) {
  MemberStatus member;
  member.role = from.value("role", "");
  member.replica = from.value("replica", 0);
  member.state = from.value("state", "starting");
  member.how = from.value("how", "");
  member.code = from.value("code", 0);
  member.signal = from.value("signal", 0);
  member.message = from.value("message", "");
  member.ended_ms = from.value("ended_ms", std::int64_t{0});
  member.oom_kills = from.value("oom_kills", std::int64_t{0});
  return member;
}

std::string describe_signal(int signal) {
  const char* name = sigabbrev_np(signal);
  const std::string text = "killed by signal " + std::to_string(signal);
  return name == nullptr ? text : text + " (SIG" + name + ")";
}

}  // namespace

GroupStatus read_group_status(const nlohmann::json& status) {
  GroupStatus group;
  if (const auto members = status.find("members"); members != status.end()) {
    for (const auto& member : *members) group.members.push_back(read_member(member));
  }
  if (const auto endpoints = status.find("endpoints"); endpoints != status.end()) {
    for (const auto& [name, address] : endpoints->items()) {
      if (address.is_string()) group.endpoints[name] = address.get<std::string>();
    }
  }
  return group;
}

std::string reason_of_end(const MemberStatus& member) {
  if (member.how == "lost") return "NodeLost";
  if (member.oom_kills > 0) return "OOMKilled";
  if (member.how == "never_ran" || member.how == "cancelled") return "SubmissionFailed";
  return "AppFailed";
}

std::string describe_end(const MemberStatus& member) {
  if (member.how == "lost") return "its supervisor is gone, so how it ended is not known";
  if (member.how == "never_ran" || member.how == "cancelled") return "it was never started";
  if (member.oom_kills > 0) return "killed for using more memory than it has";
  if (member.how == "exec_failed") return member.message.empty() ? "cannot run" : member.message;
  if (member.signal != 0) return describe_signal(member.signal);
  return "exit code " + std::to_string(member.code);
}

int exit_code_of(const MemberStatus& member) {
  return member.signal != 0 ? kSignalOffset + member.signal : member.code;
}

}  // namespace berth
