#include "process_group/observation.hpp"

#include <nlohmann/json.hpp>

namespace berth {

PodError pod_error_of(const MemberStatus& member) {
  return {member.name(),         member.role,          exit_code_of(member),
          reason_of_end(member), describe_end(member), member.ended_ms};
}

void Observation::fail(const MemberStatus& member, bool names_it) {
  state = "failed";
  reason = reason_of_end(member);
  message = (names_it ? member.name() + ": " : "") + describe_end(member);
  exit_code = exit_code_of(member);
}

void Observation::show_failures(const std::vector<MemberStatus>& members) {
  for (const MemberStatus& member : members) {
    if (member.has_ended() && !member.has_succeeded()) pod_errors.push_back(pod_error_of(member));
  }
}

std::string Observation::json() const {
  nlohmann::json all = {{"state", state},         {"reason", reason},      {"message", message},
                        {"exit_code", exit_code}, {"ready", ready},        {"wanted", wanted},
                        {"probe", wants_probe},   {"endpoints", endpoints}};
  if (!head_name.empty()) all["head"] = {{"name", head_name}, {"ip", head_ip}};
  if (!environment.empty()) all["environment"] = environment;
  all["pod_errors"] = nlohmann::json::array();
  for (const PodError& error : pod_errors) {
    all["pod_errors"].push_back({{"pod", error.pod},
                                 {"container", error.container},
                                 {"exit_code", error.exit_code},
                                 {"reason", error.reason},
                                 {"message", error.message},
                                 {"time_ms", error.time_ms}});
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace berth
