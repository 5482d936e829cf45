#include "model/phase.hpp"

namespace berth {

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::kPending: return "Pending";
    case Phase::kScheduled: return "Scheduled";
    case Phase::kLaunching: return "Launching";
    case Phase::kRunning: return "Running";
    case Phase::kReleasing: return "Releasing";
    case Phase::kKilling: return "Killing";
    case Phase::kSucceeded: return "Succeeded";
    case Phase::kFailed: return "Failed";
    case Phase::kKilled: return "Killed";
  }
  return "Unknown";
}

std::optional<Phase> phase_named(std::string_view name) {
  for (const Phase phase : kAllPhases) {
    if (phase_name(phase) == name) return phase;
  }
  return std::nullopt;
}

}  // namespace berth
