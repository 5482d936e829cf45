// It has a place: write down the intent to create it there before anybody is asked to.
#include "lifecycle/world.hpp"

namespace berth {

void reconcile_scheduled(World& world, Live& live) {
  Step step{.next = live.job};
  step.next.phase = Phase::kLaunching;
  step.next.attempt.launched = world.outside.clock.now();
  step.events = {event_of(step.next, "Launching")};
  world.commit(live, std::move(step));
}

}  // namespace berth
