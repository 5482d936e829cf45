#include "process_group/member_status.hpp"

#include <signal.h>
#include <string.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "section/quantity_text.hpp"
#include "section/telling_line.hpp"

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
  member.memory_bytes = from.value("memory_bytes", std::int64_t{0});
  member.memory_peak_bytes = from.value("memory_peak_bytes", std::int64_t{0});
  member.forks_refused = from.value("forks_refused", std::int64_t{0});
  member.processes_max = from.value("processes_max", std::int64_t{0});
  member.output_bytes = from.value("output_bytes", std::int64_t{0});
  member.output_removed_bytes = from.value("output_removed_bytes", std::int64_t{0});
  member.tail = from.value("tail", "");
  return member;
}

std::string describe_signal(int signal) {
  const char* name = sigabbrev_np(signal);
  const std::string text = "killed by signal " + std::to_string(signal);
  return name == nullptr ? text : text + " (SIG" + name + ")";
}

std::string count_text(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string memory_text(const MemberStatus& member) {
  std::string text = "out of memory: ";
  if (member.memory_peak_bytes > 0) text += "used " + amount_of_bytes(member.memory_peak_bytes) + ' ';
  if (member.memory_bytes > 0) text += "of " + amount_of_bytes(member.memory_bytes) + ", ";
  return text + count_text(member.oom_kills, "process", "processes") + " killed";
}

std::string describe_outcome(const MemberStatus& member) {
  if (member.how == "exec_failed") return member.message.empty() ? "cannot run" : member.message;
  if (member.signal == SIGKILL && member.oom_kills > 0) return "";  // the kernel's, and it says why
  if (member.signal != 0) return describe_signal(member.signal);
  return "exit code " + std::to_string(member.code);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() || part.empty() ? "" : "; ") + part;
  return text;
}

// The first member of which that is so, or none.
template <typename Question>
const MemberStatus* first_of(const std::vector<MemberStatus>& members, Question question) {
  const auto found = std::find_if(members.begin(), members.end(), question);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

const MemberStatus* GroupStatus::find(std::string_view role) const {
  return first_of(members, [&](const MemberStatus& member) { return member.role == role; });
}

const MemberStatus* GroupStatus::find_lost() const {
  return first_of(members, [](const MemberStatus& member) {
    return member.has_ended() && member.how == "lost";
  });
}

bool GroupStatus::all_were_started() const {
  return !members.empty() &&
         std::all_of(members.begin(), members.end(), [](const MemberStatus& member) {
           return member.is_running() || member.has_ended();
         });
}

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
  if (member.how == "evicted") return "Evicted";
  if (member.oom_kills > 0) return "OOMKilled";
  if (member.how == "never_ran" || member.how == "cancelled") return "SubmissionFailed";
  return "AppFailed";
}

std::string describe_end(const MemberStatus& member) {
  if (member.how == "lost") return "its supervisor is gone, so how it ended is not known";
  if (member.how == "evicted") return member.message;
  if (member.how == "never_ran" || member.how == "cancelled") return "it was never started";
  const std::string words = telling_line(member.tail);
  return joined({describe_outcome(member), describe_limits(member),
                 words.empty() ? "" : "last line: " + words});
}

std::string describe_limits(const MemberStatus& member) {
  std::vector<std::string> met;
  if (member.oom_kills > 0) met.push_back(memory_text(member));
  if (member.forks_refused > 0) {
    met.push_back("more processes refused " + count_text(member.forks_refused, "time", "times") +
                  ": it may have " + std::to_string(member.processes_max));
  }
  if (member.output_removed_bytes > 0) {
    met.push_back("output cut: " + amount_of_bytes(member.output_removed_bytes) + " of " +
                  amount_of_bytes(member.output_bytes) + " are not kept");
  }
  return joined(met);
}

int exit_code_of(const MemberStatus& member) {
  return member.signal != 0 ? kSignalOffset + member.signal : member.code;
}

}  // namespace berth
