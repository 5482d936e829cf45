#include "cli/exit_code.hpp"

#include <nlohmann/json.hpp>

#include "cli/json_field.hpp"
#include "model/phase.hpp"

namespace berth {

ExitCode exit_code_of_error(const std::string& code) {
  if (code == "Unreachable" || code == "Broken") return kExitUnreachable;
  if (code == "Timeout") return kExitTimeout;
  if (code == "Usage") return kExitUsage;
  return kExitError;
}

ExitCode exit_code_of_job(const nlohmann::json& job) {
  const auto phase = phase_named(text_field(job, "phase"));
  if (!phase) return kExitNotFinished;
  switch (*phase) {
    case Phase::kPending:
    case Phase::kScheduled:
    case Phase::kLaunching:
    case Phase::kRunning:
    case Phase::kReleasing:
    case Phase::kKilling:
      return kExitNotFinished;
    case Phase::kSucceeded:
      return kExitGood;
    case Phase::kFailed:
      return text_field(job, "reason") == "Preempted" ? kExitPreempted : kExitFailed;
    case Phase::kKilled:
      return kExitKilled;
  }
  return kExitNotFinished;
}

ExitCode exit_code_of_decision(const nlohmann::json& decision) {
  if (flag_field(decision, "placed")) return kExitGood;
  return flag_field(decision, "never") ? kExitNeverFits : kExitWouldWait;
}

}  // namespace berth
