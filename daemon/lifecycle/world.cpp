#include "lifecycle/world.hpp"

#include <cstdlib>

#include "base/log.hpp"
#include "lifecycle/transitions.hpp"

namespace berth {
namespace {

constexpr std::int64_t kStoreRetryMs = 1000;

AttemptKey key_of(const Job& job) { return {job.id, job.attempt.number}; }

// A change outside the table is a mistake of this program: going on would make it durable.
void check_transition(const Job& before, const Job& next) {
  if (may_follow(before.phase, next.phase)) return;
  log_error("impossible_transition", {{"job", before.id},
                                      {"from", phase_name(before.phase)},
                                      {"to", phase_name(next.phase)}});
  std::abort();
}

}  // namespace

Event event_of(const Job& job, std::string kind, std::string message) {
  Event event;
  event.job = job.id;
  event.attempt = job.attempt.number;
  event.kind = std::move(kind);
  event.phase = phase_name(job.phase);
  event.message = std::move(message);
  return event;
}

World::World(Engine& engine, Outside from_outside, const Site& site, Policy policy,
                     std::map<std::string, Backend*> backends,
                     std::map<std::string, JobType*> types)
    : engine(engine),
      outside(std::move(from_outside)),
      site(site),
      desk{outside.loop, outside.workers, outside.instance, outside.request},
      pools(site, outside.interns),
      scheduler(site, outside.interns, std::move(policy)),
      jobtypes(std::move(types)) {
  for (const auto& [name, jobtype] : jobtypes) {
    outside.interns.add(name);
    for (const std::string& format : jobtype->formats()) outside.interns.add(format);
  }
  for (const ProjectSetting& project : site.projects) outside.interns.add(project.name);
  for (const ClusterSetting& setting : site.clusters) {
    const auto backend = backends.find(setting.name);
    if (backend == backends.end()) continue;
    clusters[setting.name] = std::make_unique<ClusterController>(
        setting, site.probes, *backend->second, outside.loop, outside.clock, *this);
  }
}

Live* World::find(const std::string& id) { return jobs.find(id); }

void World::commit(Live& live, Step step) {
  check_transition(live.job, step.next);
  live.is_changing = true;
  Change change;
  change.job = step.next;
  change.events = std::move(step.events);
  for (Event& event : change.events) event.at_ms = outside.clock.now().wall_ms;
  change.decision = std::move(step.decision);
  outside.journal.commit(
      std::move(change), [this, next = std::move(step.next),
                          reply = std::move(step.reply)](const Committed& committed) mutable {
        finish_commit(std::move(next), reply, committed);
      });
}

void World::finish_commit(Job next, const Reply<Nothing>& reply,
                                  const Committed& committed) {
  const std::string id = next.id;
  Live& live = *find(id);
  live.is_changing = false;
  if (committed.outcome != Committed::Outcome::kDone) {
    log_error("change_refused", {{"job", id}, {"why", committed.message}});
    if (next.attempt.number > live.job.attempt.number) pools.give_back(key_of(next));
    if (reply) reply(Error{"StoreFull", "the change could not be stored: " + committed.message});
    return reconcile_soon(id, kStoreRetryMs);
  }
  const bool is_new_attempt = next.attempt.number != live.job.attempt.number;
  const bool was_released = live.job.has_live_attempt() && !next.has_live_attempt();
  live.job = std::move(next);
  if (is_new_attempt || was_released) live.remote = {};
  if (was_released) pools.give_back(key_of(live.job));
  if (reply) reply(Nothing{});
  if (engine.on_commit) engine.on_commit(committed.sequence);
  if (is_terminal(live.job.phase)) {
    forget_job(id);
  } else {
    reconcile(live);
  }
  if (pools.openings() != seen_openings) want_round();
}

void World::forget_job(const std::string& id) {
  queue.remove(id);
  for (const Wish& wish : find(id)->wishes)
    wish.reply(Error{"NotFound", "job " + id + " has ended meanwhile"});
  count_one_less(find(id)->job.uid);
  jobs.erase(id);
}

void World::count_one_less(std::uint32_t uid) {
  const auto count = jobs_of_user.find(uid);
  if (--count->second == 0) jobs_of_user.erase(count);
}

void World::reconcile(Live& live) {
  if (stopped) return;
  while (!live.is_changing && !live.wishes.empty()) {
    Wish wish = std::move(live.wishes.front());
    live.wishes.pop_front();
    grant(live, std::move(wish));
  }
  if (live.is_changing) return;
  switch (live.job.phase) {
    case Phase::kPending: return reconcile_pending(*this, live);
    case Phase::kScheduled: return reconcile_scheduled(*this, live);
    case Phase::kLaunching: return reconcile_launching(*this, live);
    case Phase::kRunning: return reconcile_running(*this, live);
    case Phase::kReleasing: return reconcile_releasing(*this, live);
    case Phase::kKilling: return reconcile_killing(*this, live);
    case Phase::kSucceeded:
    case Phase::kFailed:
    case Phase::kKilled: return;
  }
}

void World::reconcile_soon(const std::string& id, std::int64_t delay_ms) {
  outside.loop.after(std::chrono::milliseconds(delay_ms), [this, id] {
    if (Live* live = find(id)) reconcile(*live);
  });
}

ClusterController* World::cluster_of(const Job& job) {
  const auto found = clusters.find(job.attempt.cluster);
  return found == clusters.end() ? nullptr : found->second.get();
}

Stamp later(Stamp now, std::int64_t ms) {
  now.wall_ms += ms;
  now.boot_ms += ms;
  return now;
}

bool is_overdue(World& world, Live& live, const Stamp& since, std::int64_t limit_ms) {
  if (limit_ms == 0 || !since) return false;
  const std::int64_t left_ms = limit_ms - elapsed_ms(since, world.outside.clock.now());
  if (left_ms <= 0) return true;
  if (live.remote.alarms.insert(since.wall_ms + limit_ms).second)
    world.reconcile_soon(live.job.id, left_ms);
  return false;
}

}  // namespace berth
