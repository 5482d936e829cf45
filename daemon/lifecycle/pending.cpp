// Waiting for a place, and finding it.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "lifecycle/world.hpp"
#include "scheduler/decision_record.hpp"

namespace berth {
namespace {

constexpr int kDecisionsPerTurn = 256;  // then others get the loop
constexpr std::chrono::seconds kPolicyRetry{5};  // after a filter or scorer failed
// A job that has waited so long for room keeps the pools it waits for from jobs behind it.
constexpr std::int64_t kReserveAfterMs = 10 * 60 * 1000;
constexpr std::size_t kReservationsMax = 8;

Queue::Key class_of(const Job& job) { return {job.wanted, join(job.excluded_pools, ",")}; }

bool is_ahead(const Reservation& reservation, const Job& job) {
  if (reservation.job == job.id) return false;
  if (reservation.priority != job.priority) return reservation.priority > job.priority;
  return reservation.submitted_ms <= job.submitted.wall_ms;
}

std::set<int> reserved_from(const World& world, const Job& job) {
  std::set<int> pools;
  for (const Reservation& reservation : world.reservations) {
    if (is_ahead(reservation, job))
      pools.insert(reservation.pools.begin(), reservation.pools.end());
  }
  return pools;
}

void reserve_if_starved(World& world, const Job& job, const Decision& decision) {
  if (decision.reason != "WaitingForCapacity") return;
  if (world.reservations.size() >= kReservationsMax) return;
  if (elapsed_ms(job.submitted, world.outside.clock.now()) < kReserveAfterMs) return;
  world.reservations.push_back({job.id,
                                job.priority,
                                job.submitted.wall_ms,
                                {decision.waiting_pools.begin(), decision.waiting_pools.end()}});
}

void give_up_waiting(World& world, Live& live, const std::string& reason,
                     const std::string& message) {
  world.queue.remove(live.job.id);
  Step step{.next = live.job};
  step.next.phase = Phase::kReleasing;
  step.next.verdict = Verdict::kFail;
  step.next.reason = reason;
  step.next.message = message;
  step.events = {event_of(step.next, "Ended", message)};
  step.events[0].reason = reason;
  world.commit(live, std::move(step));
}

void refuse(World& world, Live& live, const Decision& decision) {
  const Job& job = live.job;
  const Profile& profile = world.scheduler.profile_for(*job.wanted, job.owner);
  if (decision.never && !job.excluded_pools.empty()) {
    return give_up_waiting(world, live, "StartTimeout",
                           "failed to start on every pool that could take it: " +
                               join(job.excluded_pools, ", "));
  }
  if (decision.never && profile.on_no_match == OnNoMatch::kFail)
    return give_up_waiting(world, live, decision.reason, decision.message);
  reserve_if_starved(world, job, decision);
  if (decision.reason == "PolicyError") {
    world.outside.loop.after(kPolicyRetry, [&world] {
      world.queue.wake();
      world.want_round();
    });
  }
  if (world.queue.refuse(job.id, {decision.reason, decision.message})) {
    log_info("job_waits",
             {{"job", job.id}, {"reason", decision.reason}, {"why", decision.message}});
  }
}

void count(DecisionCounts& counts, const Decision& decision) {
  auto& ended = decision.placed                     ? counts.placed
                : decision.never                    ? counts.never
                : decision.reason == "PolicyError" ? counts.policy_error
                                                    : counts.waits;
  ended.fetch_add(1, std::memory_order_relaxed);
  counts.times.add(decision.took_ns);
}

Step placement_step(const World& world, const Job& job, Decision decision) {
  Step step{.next = job};
  step.next.phase = Phase::kScheduled;
  step.next.verdict = Verdict::kNone;
  step.next.reason.clear();
  step.next.message.clear();
  step.next.not_before = {};
  step.next.attempt = {};
  step.next.attempt.number = job.attempt.number + 1;
  step.next.attempt.cluster = decision.cluster;
  step.next.attempt.pool = decision.pool;
  step.next.attempt.tier = decision.tier;
  step.next.attempt.scheduled = world.outside.clock.now();
  step.events = {event_of(step.next, "Scheduled",
                          decision.cluster + "/" + decision.pool + " (" + decision.tier + ")")};
  step.decision = DecisionRecord{step.next.attempt.number, std::move(decision.table),
                                 encode_moment(decision)};
  return step;
}

}  // namespace

void reconcile_pending(World& world, Live& live) {
  const Job& job = live.job;
  world.may_rest.push_back(job.id);
  if (job.held || world.old_stray_of(job.id) != nullptr) {
    world.queue.remove(job.id);
    return world.want_round();  // which lets it rest
  }
  if (job.not_before) {
    const std::int64_t left_ms = elapsed_ms(world.outside.clock.now(), job.not_before);
    if (left_ms > 0) {
      if (live.remote.alarms.insert(job.not_before.wall_ms).second)
        world.reconcile_soon(job.id, left_ms);
      return;
    }
  }
  world.queue.add(job.id, class_of(job), job.priority, job.submitted.wall_ms);
  world.want_round();
}

void World::enqueue(const std::string& id, const Roster::Resting& resting) {
  queue.add(id, class_of(*resting.kind), resting.priority, resting.submitted.wall_ms);
  want_round();
}

void World::want_round() {
  if (round_wanted || stopped) return;
  round_wanted = true;
  outside.loop.post([this] {
    round_wanted = false;
    run_round();
  });
}

// Tries the queue's best job of each class until every class is placed or refused. Nothing is decided
// before every cluster was heard of: an empty view must never make "never".
void World::run_round() {
  let_them_rest();
  if (stopped || !knows_every_cluster()) return;
  if (pools.openings() != seen_openings) {
    seen_openings = pools.openings();
    reservations.clear();
    queue.wake();
  }
  const bool is_done = decide_some();
  let_them_rest();
  if (!is_done) want_round();
}

// True: there is nothing more to decide.
bool World::decide_some() {
  for (int tried = 0; tried < kDecisionsPerTurn; ++tried) {
    const std::optional<std::string> id = queue.next();
    if (!id) return true;
    Live& live = *find(*id);
    if (live.is_changing) {  // a hold or kill is on its way; it comes back by itself
      queue.remove(*id);
      continue;
    }
    place(live);
    may_rest.push_back(*id);
  }
  return false;
}

// Only from here: nobody above has a reference to one of them.
void World::let_them_rest() {
  for (const std::string& id : std::exchange(may_rest, {})) jobs.rest(id);
}

Asker World::asker_of(const Job& job) const {
  const ProjectSetting* project = site.project(job.wanted->project);
  const auto jobtype = jobtypes.find(job.wanted->type);
  Asker asker;
  asker.wanted = job.wanted;
  asker.owner = project != nullptr ? project->owner : job.owner;
  asker.priority = job.priority;
  if (jobtype != jobtypes.end()) asker.formats = jobtype->second->formats();
  asker.excluded_pools = job.excluded_pools;
  return asker;
}

void World::place(Live& live) {
  const Job& job = live.job;
  Decision decision = scheduler.decide(asker_of(job), pools, reserved_from(*this, job),
                                       outside.clock.now().wall_ms, Detail::kRecord);
  count(decisions, decision);
  if (!decision.placed) return refuse(*this, live, decision);
  const AttemptKey key{job.id, job.attempt.number + 1};
  if (!pools.take(key, pools.index_of(decision.pool), job.wanted->groups)) {
    decision.reason = "WaitingForCapacity";
    decision.message = decision.cluster + "/" + decision.pool + " has not that much free";
    return refuse(*this, live, decision);
  }
  queue.remove(job.id);
  log_info("job_placed", {{"job", job.id},
                          {"pool", decision.pool},
                          {"cluster", decision.cluster},
                          {"tier", decision.tier}});
  commit(live, placement_step(*this, job, std::move(decision)));
}

}  // namespace berth
