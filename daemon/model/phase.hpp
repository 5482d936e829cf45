// Where a job is in its life.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace berth {

enum class Phase : std::uint8_t {
  kPending,    // waits for a place
  kScheduled,  // has a place; its room is taken
  kLaunching,  // the intent to create is durable; the cluster has been or will be asked
  kRunning,    // everything it wanted is up
  kReleasing,  // its outcome is known; its things are going away
  kKilling,    // somebody's wish to end it is stored; its things are going away
  kSucceeded,
  kFailed,
  kKilled,
};

inline constexpr std::array kAllPhases{
    Phase::kPending, Phase::kScheduled, Phase::kLaunching, Phase::kRunning, Phase::kReleasing,
    Phase::kKilling, Phase::kSucceeded, Phase::kFailed,    Phase::kKilled};

std::string_view phase_name(Phase phase);                     // "Pending" [any]
std::optional<Phase> phase_named(std::string_view name);      // [any]
constexpr bool is_terminal(Phase phase) { return phase >= Phase::kSucceeded; }

}  // namespace berth
