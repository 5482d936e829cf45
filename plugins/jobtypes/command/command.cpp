#include "command.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "command_section.hpp"
#include "process_group/observation.hpp"

namespace berth {
namespace {

using nlohmann::json;

// A request is validated and then asked for its groups: it is read once for both. Of each thread.
struct LastRead {
  std::string request;
  CommandSection command;
};
thread_local LastRead last_read;

problems read_request(std::string_view request) {
  problems found;
  CommandSection command = read_command(request, found);
  last_read = found.empty() ? LastRead{std::string(request), std::move(command)} : LastRead{};
  return found;
}

const CommandSection& read_valid(std::string_view request) {
  if (!request.empty() && last_read.request == request) return last_read.command;
  const problems found = read_request(request);
  if (!found.empty()) throw std::invalid_argument("the request is not valid: " + found.json());
  return last_read.command;
}

json render_member(const CommandSection& command, std::int64_t replica) {
  json environment = command.environment;
  environment["BERTH_REPLICAS"] = std::to_string(command.group.count);
  return {{"role", "main"},
          {"replica", replica},
          {"main", replica == 0},
          {"argv", command.run},
          {"environment", environment},
          {"directory", command.directory},
          {"cpu_milli", command.group.cpu_milli},
          {"memory_bytes", command.group.memory_bytes}};
}

// The member that ended first of those that did not succeed, or none.
const MemberStatus* first_failure(const std::vector<MemberStatus>& members) {
  const MemberStatus* first = nullptr;
  for (const MemberStatus& member : members) {
    if (!member.has_ended() || member.has_succeeded()) continue;
    if (first == nullptr || member.ended_ms < first->ended_ms) first = &member;
  }
  return first;
}

// A limit that was met on the way is told, though the job came through.
std::string describe_success(const std::vector<MemberStatus>& members) {
  for (const MemberStatus& member : members) {
    if (describe_limits(member).empty()) continue;
    return (members.size() > 1 ? member.name() + ": " : "") + describe_end(member);
  }
  return "exit code 0";
}

Observation observe(const std::vector<MemberStatus>& members) {
  const auto all = [&](auto question) {
    return !members.empty() && std::all_of(members.begin(), members.end(), question);
  };
  Observation seen;
  seen.wanted = static_cast<int>(members.size());
  for (const MemberStatus& member : members) {
    if (member.is_running() || member.has_succeeded()) ++seen.ready;
  }
  seen.show_failures(members);
  if (const MemberStatus* failure = first_failure(members)) {
    seen.fail(*failure, members.size() > 1);
  } else if (all([](const MemberStatus& member) { return member.has_succeeded(); })) {
    seen.state = "succeeded";
    seen.message = describe_success(members);
  } else if (seen.ready == seen.wanted && seen.wanted > 0) {
    seen.state = "ready";
  }
  return seen;
}

}  // namespace

problems Command::validate(std::string_view request) const {
  return read_request(request);
}

std::string Command::groups(std::string_view request) const {
  return groups_json({read_valid(request).group});
}

std::string Command::render(std::string_view order) const {
  const CommandSection command = read_valid(json::parse(order).at("request").dump());
  json members = json::array();
  for (std::int64_t replica = 0; replica < command.group.count; ++replica) {
    members.push_back(render_member(command, replica));
  }
  return json{{"members", members}, {"files", json::array()}}.dump();
}

std::string Command::interpret(std::string_view native) const {
  const GroupStatus status = read_group_status(json::parse(native).at("status"));
  Observation seen = observe(status.members);
  seen.endpoints = status.endpoints;
  return seen.json();
}

}  // namespace berth
