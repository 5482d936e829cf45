// What an older epoch of the store left on clusters, and what bears its name but is of a job that it
// never had: reported, and adopted or released by a person's word, never swept. What was done since the
// restored file was current, or by a second daemon with a copy of it, is not known here.
#include <iterator>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "lifecycle/world.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

std::string name_of(const AttemptKey& key) { return attempt_name(key.job, key.attempt); }

Error no_such_stray(const AttemptKey& key) {
  return {"NotFound",
          "there is no stray " + name_of(key) + "; `berth strays` lists what there is"};
}

Error nobody_waits(const AttemptKey& key) {
  return {"Conflict", "no job " + key.job +
                          " waits for a place in this store: its attempt can only be left alone "
                          "until it ends by itself, or be released (`berth strays release`)"};
}

// The pool where it fits; else the first, which then has less than nothing.
std::string take_room(World& world, const AttemptKey& key, const std::string& cluster,
                      const std::vector<Group>& groups) {
  int first = -1;
  for (const PoolView& pool : world.pools.views()) {
    if (pool.cluster != cluster) continue;
    const int index = world.pools.index_of(pool.name);
    if (first < 0) first = index;
    if (world.pools.take(key, index, groups)) return pool.name;
  }
  if (first < 0) return {};
  world.pools.take(key, first, groups, /*by_force=*/true);
  for (const PoolView& pool : world.pools.views()) {
    if (world.pools.index_of(pool.name) == first) return pool.name;
  }
  return {};
}

Step adoption_step(const World& world, const Job& job, const OldStray& stray,
                   const std::string& pool, const Actor& actor) {
  Step step{.next = job};
  Job& next = step.next;
  next.phase = Phase::kScheduled;
  next.verdict = Verdict::kNone;
  next.reason.clear();
  next.message.clear();
  next.held = false;
  next.held_by.clear();
  next.held_reason.clear();
  next.not_before = {};
  next.attempt = {};
  next.attempt.number = stray.found.key.attempt;
  next.attempt.cluster = stray.cluster;
  next.attempt.pool = pool;
  next.attempt.tier = "adopted";
  next.attempt.scheduled = world.outside.clock.now();
  step.events = {event_of(next, "Adopted", stray.cluster + "/" + pool + ": " + actor.reason)};
  step.events[0].user = actor.user;
  return step;
}

Change release_change(const World& world, const OldStray& stray, const Actor& actor) {
  Event event;
  event.kind = "StrayReleased";
  event.message = name_of(stray.found.key) + " on " + stray.cluster + ": " + actor.reason;
  event.user = actor.user;
  event.at_ms = world.outside.clock.now().wall_ms;
  Change change;
  change.events = {std::move(event)};
  return change;
}

}  // namespace

void World::keep_for_a_person(const std::string& cluster, const FoundAttempt& stray) {
  old_strays[stray.key] = {cluster, stray};
  queue.remove(stray.key.job);
  log_warning(stray.epoch == outside.epoch ? "stray_of_unknown_job" : "stray_of_another_epoch",
              {{"cluster", cluster},
               {"attempt", name_of(stray.key)},
               {"epoch", static_cast<long>(stray.epoch)},
               {"what_to_do", "berth strays adopt or release " + name_of(stray.key)}});
}

// It has started anew and says again what it has.
void World::forget_old_strays_of(const std::string& cluster) {
  std::erase_if(old_strays, [&](const auto& entry) { return entry.second.cluster == cluster; });
}

const OldStray* World::old_stray_of(const std::string& job) const {
  const auto after = old_strays.lower_bound(AttemptKey{job, std::numeric_limits<int>::max()});
  if (after == old_strays.begin()) return nullptr;
  const auto newest = std::prev(after);
  return newest->first.job == job ? &newest->second : nullptr;
}

void Engine::adopt_stray(const AttemptKey& key, const Actor& actor, Reply<Nothing> reply) {
  World& world = *world_;
  const auto found = world.old_strays.find(key);
  if (found == world.old_strays.end() || found->second.is_going) return reply(no_such_stray(key));
  Live* live = world.find(key.job);
  const bool waits = live != nullptr && live->job.phase == Phase::kPending &&
                     !live->is_changing && key.attempt > live->job.attempt.number;
  if (!waits) return reply(nobody_waits(key));
  const OldStray stray = found->second;
  const std::string pool = take_room(world, key, stray.cluster, live->job.wanted->groups);
  world.queue.remove(key.job);
  Step step = adoption_step(world, live->job, stray, pool, actor);
  step.reply = [&world, key, reply = std::move(reply)](Result<Nothing> done) {
    if (done) {
      world.old_strays.erase(key);
      world.find(key.job)->remote.certainty = Certainty::kDoubtful;  // looked for, not made
    }
    reply(std::move(done));
  };
  log_info("stray_adopted", {{"attempt", name_of(key)}, {"cluster", stray.cluster}});
  world.commit(*live, std::move(step));
}

void Engine::release_stray(const AttemptKey& key, const Actor& actor, Reply<Nothing> reply) {
  World& world = *world_;
  const auto found = world.old_strays.find(key);
  if (found == world.old_strays.end()) return reply(no_such_stray(key));
  if (std::exchange(found->second.is_going, true)) return reply(Nothing{});
  world.outside.journal.commit(
      release_change(world, found->second, actor),
      [&world, key, reply = std::move(reply)](const Committed& committed) {
        const auto stray = world.old_strays.find(key);
        if (committed.outcome != Committed::Outcome::kDone) {
          if (stray != world.old_strays.end()) stray->second.is_going = false;
          return reply(Error{"StoreFull", committed.message});
        }
        if (world.engine.on_commit) world.engine.on_commit(committed.sequence);
        reply(Nothing{});
        if (stray != world.old_strays.end())
          world.release_stray(stray->second.cluster, stray->second.found);
      });
}

std::vector<StrayView> Engine::strays() const {
  std::vector<StrayView> views;
  for (const auto& [key, stray] : world_->old_strays) {
    const std::optional<Job> job = world_->jobs.look_at(key.job);
    views.push_back({key, stray.cluster, stray.found.epoch, stray.found.uid,
                     job ? std::string(phase_name(job->phase)) : "",
                     stray.is_going});
  }
  return views;
}

// Nobody waits for the answer: what a cluster does not forget now, its own limits bound.
void Engine::forget_remains(const std::string& cluster, const std::vector<AttemptKey>& attempts) {
  const auto found = world_->clusters.find(cluster);
  if (world_->stopped || found == world_->clusters.end() || !found->second->has_started()) return;
  for (const AttemptKey& key : attempts) {
    ReleaseOrder order{key, name_of(key), "", "", /*forget=*/true};
    found->second->backend().release(order, [](BackendReply) {});
  }
}

}  // namespace berth
