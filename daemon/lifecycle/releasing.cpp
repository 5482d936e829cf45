// Its outcome is known; its things are going away. Only when that is confirmed is its room free.
#include "base/log.hpp"
#include "lifecycle/world.hpp"

namespace berth {
namespace {

Phase phase_after(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSucceed: return Phase::kSucceeded;
    case Verdict::kRetry: return Phase::kPending;
    case Verdict::kNone:
    case Verdict::kFail: return Phase::kFailed;
  }
  return Phase::kFailed;
}

void finish_release(World& world, Live& live, const std::string& message) {
  const Stamp now = world.outside.clock.now();
  const bool had_attempt = live.job.has_live_attempt();
  Step step{.next = live.job};
  Job& next = step.next;
  next.phase = phase_after(next.verdict);
  if (had_attempt) {
    next.attempt.released = now;
    step.events.push_back(event_of(next, "Released", message));
  }
  if (is_terminal(next.phase)) {
    next.ended = now;
    step.events.push_back(event_of(next, "Finished", next.message));
  } else {
    next.verdict = Verdict::kNone;
    step.events.push_back(event_of(next, "RetryScheduled", next.message));
  }
  step.events.back().reason = next.reason;
  world.commit(live, std::move(step));
}

}  // namespace

void reconcile_releasing(World& world, Live& live) {
  release_attempt(world, live, finish_release);
}

}  // namespace berth
