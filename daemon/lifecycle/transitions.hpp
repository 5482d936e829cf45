// The table of transitions: which phase may follow which, and on what. Nothing else changes a phase.
#pragma once

#include <array>
#include <string_view>

#include "model/phase.hpp"

namespace berth {

struct Transition {
  Phase from;
  Phase to;
  std::string_view on;
};

inline constexpr std::array kTransitions{
    Transition{Phase::kPending, Phase::kScheduled, "a pool was chosen"},
    Transition{Phase::kPending, Phase::kKilling, "killed"},
    Transition{Phase::kPending, Phase::kReleasing, "no pool can ever take it"},
    Transition{Phase::kScheduled, Phase::kLaunching, "secrets are ready"},
    Transition{Phase::kScheduled, Phase::kReleasing, "the start deadline passed, requeued"},
    Transition{Phase::kScheduled, Phase::kKilling, "killed"},
    Transition{Phase::kLaunching, Phase::kRunning, "everything it wanted is up"},
    Transition{Phase::kLaunching, Phase::kReleasing, "it ended, or failed to start"},
    Transition{Phase::kLaunching, Phase::kKilling, "killed"},
    Transition{Phase::kRunning, Phase::kReleasing, "it ended, was lost, or ran out of time"},
    Transition{Phase::kRunning, Phase::kKilling, "killed"},
    Transition{Phase::kReleasing, Phase::kPending, "released, to be tried again"},
    Transition{Phase::kReleasing, Phase::kSucceeded, "released"},
    Transition{Phase::kReleasing, Phase::kFailed, "released"},
    Transition{Phase::kReleasing, Phase::kKilling, "killed before it could be tried again"},
    Transition{Phase::kKilling, Phase::kKilled, "released"},
};

// Staying in a phase is always allowed, but for terminal ones, which absorb.
constexpr bool may_follow(Phase from, Phase to) {
  if (from == to) return !is_terminal(from);
  for (const Transition& transition : kTransitions) {
    if (transition.from == from && transition.to == to) return true;
  }
  return false;
}

}  // namespace berth
