// What people may ask of an unfinished job, and what it does to it.
#include "lifecycle/world.hpp"

namespace berth {
namespace {

std::string has_phase(const Job& job) {
  return "job " + job.id + " is " + std::string(phase_name(job.phase));
}

Event event_by(const Job& job, std::string kind, const Actor& actor) {
  Event event = event_of(job, std::move(kind), actor.reason);
  event.user = actor.user;
  return event;
}

void kill(World& world, Live& live, Wish wish) {
  const Job& job = live.job;
  const bool ends_anyway = job.phase == Phase::kKilling ||
                           (job.phase == Phase::kReleasing && job.verdict != Verdict::kRetry);
  if (ends_anyway) return wish.reply(Nothing{});
  world.queue.remove(job.id);
  Step step{.next = job};
  step.next.phase = Phase::kKilling;
  step.next.reason = "KilledByUser";
  step.next.message = wish.actor.reason;
  step.next.termination = {wish.actor.reason, wish.actor.user, world.outside.clock.now()};
  step.events = {event_by(step.next, "KillRequested", wish.actor)};
  step.events[0].reason = "KilledByUser";
  step.reply = std::move(wish.reply);
  world.commit(live, std::move(step));
}

void hold(World& world, Live& live, Wish wish) {
  const Job& job = live.job;
  if (job.phase != Phase::kPending) {
    return wish.reply(Error{"Conflict", has_phase(job) +
                                            "; only a Pending job can be held. `berth requeue` "
                                            "puts it back in the queue, `berth kill` ends it"});
  }
  world.queue.remove(job.id);
  Step step{.next = job};
  step.next.held = true;
  step.next.held_by = wish.actor.user;
  step.next.held_reason = wish.actor.reason;
  step.events = {event_by(step.next, "Held", wish.actor)};
  step.reply = std::move(wish.reply);
  world.commit(live, std::move(step));
}

void resume(World& world, Live& live, Wish wish) {
  if (!live.job.held) return wish.reply(Nothing{});
  Step step{.next = live.job};
  step.next.held = false;
  step.next.held_by.clear();
  step.next.held_reason.clear();
  step.events = {event_by(step.next, "Resumed", wish.actor)};
  step.reply = std::move(wish.reply);
  world.commit(live, std::move(step));
}

void requeue(World& world, Live& live, Wish wish) {
  const Job& job = live.job;
  const bool is_placed = job.phase == Phase::kScheduled || job.phase == Phase::kLaunching ||
                         job.phase == Phase::kRunning;
  if (!is_placed) {
    return wish.reply(
        Error{"Conflict", has_phase(job) + "; only a job that has a place can be requeued"});
  }
  Step step{.next = job};
  step.next.phase = Phase::kReleasing;
  step.next.verdict = Verdict::kRetry;
  step.next.reason = "Requeued";
  step.next.message = wish.actor.reason;
  step.next.attempt.ended = world.outside.clock.now();
  step.next.attempt.reason = "Requeued";
  step.next.attempt.message = wish.actor.reason;
  step.events = {event_by(step.next, "Requeued", wish.actor)};
  step.reply = std::move(wish.reply);
  world.commit(live, std::move(step));
}

}  // namespace

void World::grant(Live& live, Wish wish) {
  switch (wish.kind) {
    case Wish::Kind::kKill: return kill(*this, live, std::move(wish));
    case Wish::Kind::kHold: return hold(*this, live, std::move(wish));
    case Wish::Kind::kResume: return resume(*this, live, std::move(wish));
    case Wish::Kind::kRequeue: return requeue(*this, live, std::move(wish));
  }
}

}  // namespace berth
