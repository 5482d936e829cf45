// Somebody's wish to end it is stored; its things are going away.
#include "lifecycle/world.hpp"

namespace berth {
namespace {

void finish_kill(World& world, Live& live, const std::string& message) {
  const Stamp now = world.outside.clock.now();
  Step step{.next = live.job};
  Job& next = step.next;
  next.phase = Phase::kKilled;
  next.ended = now;
  if (live.job.has_live_attempt()) {
    next.attempt.released = now;
    if (!next.attempt.ended) {
      next.attempt.ended = now;
      next.attempt.reason = "KilledByUser";
    }
    step.events.push_back(event_of(next, "Released", message));
  }
  step.events.push_back(event_of(next, "Finished", next.message));
  step.events.back().reason = next.reason;
  world.commit(live, std::move(step));
}

}  // namespace

void reconcile_killing(World& world, Live& live) { release_attempt(world, live, finish_kill); }

}  // namespace berth
