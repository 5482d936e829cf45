#include "lifecycle/engine.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "lifecycle/world.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

Error no_such_job(const std::string& id) {
  return {"NotFound", "there is no unfinished job \"" + id + "\""};
}

Error no_such_cluster(const std::string& cluster) {
  return {"NotFound", "there is no cluster \"" + cluster + "\""};
}

Error is_stopping() { return {"Stopping", "berthd is stopping; try again soon"}; }

Certainty certainty_after_restart(const Job& job) {
  if (!job.has_live_attempt() || !job.attempt.launched) return Certainty::kNeverAsked;
  return job.attempt.external_ref.empty() ? Certainty::kDoubtful : Certainty::kCertain;
}

// Puts the request of a person behind what is already on its way.
void wish(World& world, const std::string& id, Wish::Kind kind, const Actor& actor,
          Reply<Nothing> reply) {
  if (world.stopped) return reply(is_stopping());
  Live* live = world.find(id);
  if (live == nullptr) return reply(no_such_job(id));
  live->wishes.push_back({kind, actor, std::move(reply)});
  world.reconcile(*live);
}

Event cluster_event(std::string kind, const std::string& cluster, const Actor& actor,
                    const Clock& clock) {
  Event event;
  event.kind = std::move(kind);
  event.message = cluster + ": " + actor.reason;
  event.user = actor.user;
  event.at_ms = clock.now().wall_ms;
  return event;
}

std::string state_word(const ClusterController& cluster, const std::string& mark) {
  if (mark == "forgotten") return "forgotten";
  switch (cluster.health()) {
    case ClusterHealth::kStarting:
      return "starting";
    case ClusterHealth::kOffline:
      return "offline";
    case ClusterHealth::kReady:
      break;
  }
  return mark.empty() ? "ready" : mark;
}

}  // namespace

Engine::Engine(Outside outside, const Site& site, Policy policy,
               std::map<std::string, Backend*> backends, std::map<std::string, JobType*> jobtypes)
    : world_(std::make_unique<World>(*this, std::move(outside), site, std::move(policy),
                                     std::move(backends), std::move(jobtypes))) {}

Engine::~Engine() = default;

void Engine::start(std::vector<Job> unfinished, std::vector<ClusterMark> marks) {
  World& world = *world_;
  for (ClusterMark& mark : marks) world.marks[mark.cluster] = std::move(mark);
  for (Job& job : unfinished) {
    auto live = std::make_unique<Live>();
    live->job = std::move(job);
    live->job.wanted = world.shared_class(live->job.wanted);
    live->remote.certainty = certainty_after_restart(live->job);
    const Attempt& attempt = live->job.attempt;
    if (const int pool = world.pools.index_of(attempt.pool);
        live->job.has_live_attempt() && pool >= 0) {
      world.pools.take({live->job.id, attempt.number}, pool, live->job.wanted->groups,
                       /*by_force=*/true);
    }
    const std::string id = live->job.id;
    world.jobs.emplace(id, std::move(live));
  }
  log_info("jobs_taken_up", {{"unfinished", world.jobs.size()}});
  for (const auto& [name, cluster] : world.clusters) cluster->start();
  for (const auto& [id, live] : world.jobs) world.reconcile_soon(id, 0);
}

void Engine::stop() {
  world_->stopped = true;
  for (const auto& [name, cluster] : world_->clusters) cluster->stop();
}

void Engine::submit(Submission submission, Reply<Submitted> reply) {
  World& world = *world_;
  if (world.stopped) return reply(is_stopping());
  const auto most = static_cast<std::size_t>(world.site.limits.jobs_unfinished_max);
  if (world.jobs.size() + world.joining >= most) {
    return reply(Error{"QueueFull", "limits.jobs_unfinished_max (" + std::to_string(most) +
                                        ") unfinished jobs are here; try again later"});
  }
  if (submission.strict && world.knows_every_cluster()) {
    const Decision decision = plan(submission.job);
    if (decision.never) return reply(Error{decision.reason, decision.message});
  }
  Job job = std::move(submission.job);
  job.submitted = world.outside.clock.now();
  job.id = new_job_id(job.submitted, world.outside.chance);
  job.phase = Phase::kPending;
  job.wanted = world.shared_class(job.wanted);
  Change change;
  change.accepted = std::move(submission.accepted);
  change.events = {event_of(job, "Enqueued")};
  change.events[0].user = job.user;
  change.events[0].at_ms = job.submitted.wall_ms;
  change.job = job;
  ++world.joining;
  world.outside.journal.commit(
      std::move(change),
      [&world, job = std::move(job), reply = std::move(reply)](const Committed& committed) mutable {
        --world.joining;
        world.join(std::move(job), committed, reply);
      });
}

void World::join(Job job, const Committed& committed, const Reply<Submitted>& reply) {
  switch (committed.outcome) {
    case Committed::Outcome::kRepeated:
      return reply(Submitted{committed.job_id, true});
    case Committed::Outcome::kConflict:
      return reply(Error{"IdempotencyConflict",
                         "this idempotency key was used for another request (job " +
                             committed.job_id + "); use a new key for a new request"});
    case Committed::Outcome::kRefused:
      return reply(Error{"StoreFull", "the job could not be stored: " + committed.message});
    case Committed::Outcome::kDone:
      break;
  }
  const std::string id = job.id;
  auto live = std::make_unique<Live>();
  live->job = std::move(job);
  Live& joined = *jobs.emplace(id, std::move(live)).first->second;
  reply(Submitted{id, false});
  if (engine.on_commit) engine.on_commit(committed.sequence);
  reconcile(joined);
}

void Engine::kill(const std::string& id, const Actor& actor, Reply<Nothing> reply) {
  wish(*world_, id, Wish::Kind::kKill, actor, std::move(reply));
}

void Engine::hold(const std::string& id, const Actor& actor, Reply<Nothing> reply) {
  wish(*world_, id, Wish::Kind::kHold, actor, std::move(reply));
}

void Engine::resume(const std::string& id, const Actor& actor, Reply<Nothing> reply) {
  wish(*world_, id, Wish::Kind::kResume, actor, std::move(reply));
}

void Engine::requeue(const std::string& id, const Actor& actor, Reply<Nothing> reply) {
  wish(*world_, id, Wish::Kind::kRequeue, actor, std::move(reply));
}

void Engine::mark_cluster(const std::string& cluster, const std::string& state, const Actor& actor,
                          Reply<Nothing> reply) {
  World& world = *world_;
  if (world.clusters.count(cluster) == 0 && state != "forgotten")
    return reply(no_such_cluster(cluster));
  ClusterMark mark{cluster, state, actor.reason, actor.user, world.outside.clock.now().wall_ms};
  Change change;
  change.mark = mark;
  const std::string kind = state == "cordoned"    ? "ClusterCordoned"
                           : state == "draining"  ? "ClusterDraining"
                           : state == "forgotten" ? "ClusterForgotten"
                                                  : "ClusterUncordoned";
  change.events = {cluster_event(kind, cluster, actor, world.outside.clock)};
  world.outside.journal.commit(
      std::move(change), [&world, mark, reply = std::move(reply)](const Committed& committed) {
        if (committed.outcome != Committed::Outcome::kDone)
          return reply(Error{"StoreFull", committed.message});
        world.marks[mark.cluster] = mark;
        world.show_cluster_state(mark.cluster);
        if (world.engine.on_commit) world.engine.on_commit(committed.sequence);
        reply(Nothing{});
      });
}

void Engine::forget_cluster(const std::string& cluster, const Actor& actor, Reply<int> reply) {
  World& world = *world_;
  const auto found = world.clusters.find(cluster);
  const bool is_known = found != world.clusters.end();
  // One that the site no longer names may still have what jobs wait for.
  if (!is_known && world.attempts_on(cluster).empty()) return reply(no_such_cluster(cluster));
  if (is_known && found->second->health() != ClusterHealth::kOffline) {
    return reply(Error{"Conflict", "cluster " + cluster +
                                       " is not offline; only one that is gone may be forgotten. "
                                       "To empty one that answers, drain it and kill its jobs"});
  }
  mark_cluster(cluster, "forgotten", actor,
               [&world, cluster, reply = std::move(reply)](Result<Nothing> marked) {
                 if (!marked) return reply(marked.error());
                 reply(world.give_up_cluster(cluster));
               });
}

std::vector<std::string> World::attempts_on(const std::string& cluster) const {
  std::vector<std::string> ids;
  for (const auto& [id, live] : jobs) {
    if (live->job.attempt.cluster == cluster && live->job.has_live_attempt()) ids.push_back(id);
  }
  return ids;
}

int World::give_up_cluster(const std::string& cluster) {
  const std::vector<std::string> touched = attempts_on(cluster);
  for (const std::string& id : touched) reconcile_soon(id, 0);
  return static_cast<int>(touched.size());
}

Result<Decision> Engine::explain(const std::string& id) {
  const Live* live = world_->find(id);
  if (live == nullptr) return no_such_job(id);
  if (live->job.phase != Phase::kPending) return Error{"NotFound", "job " + id + " is not waiting"};
  return plan(live->job);
}

Decision Engine::plan(const Job& job) {
  World& world = *world_;
  return world.scheduler.decide(world.asker_of(job), world.pools, {},
                                world.outside.clock.now().wall_ms, Detail::kTable);
}

std::map<std::string, std::pair<std::string, std::string>> Engine::pending_reasons(
    const std::vector<std::string>& ids) {
  std::map<std::string, std::pair<std::string, std::string>> reasons;
  for (const std::string& id : ids) {
    const Live* live = world_->find(id);
    if (live != nullptr && live->job.phase == Phase::kPending)
      reasons[id] = world_->why_pending(live->job);
  }
  return reasons;
}

std::pair<std::string, std::string> World::why_pending(const Job& job) const {
  if (job.held) return {"Held", "by " + job.held_by + ": " + job.held_reason};
  if (!knows_every_cluster()) return {"ClusterOffline", "not every cluster has been heard of yet"};
  if (elapsed_ms(outside.clock.now(), job.not_before) > 0)
    return {"BackingOff", "waits a little before it is tried again: " + job.message};
  if (const Refusal* refusal = queue.refusal(job.id)) return {refusal->reason, refusal->message};
  return {"Queued", "waits for its turn"};
}

std::vector<ClusterView> Engine::clusters() const {
  std::vector<ClusterView> views;
  for (const auto& [name, cluster] : world_->clusters) {
    const auto mark = world_->marks.find(name);
    const ClusterMark marked = mark == world_->marks.end() ? ClusterMark{} : mark->second;
    ClusterView view;
    view.name = name;
    view.backend = cluster->setting().backend;
    view.region = cluster->setting().region;
    view.zone = cluster->setting().zone;
    view.labels = cluster->setting().labels;
    view.state = state_word(*cluster, marked.state);
    view.message =
        cluster->is_breaker_open() ? "launches failed repeatedly; paused" : cluster->message();
    view.warnings = cluster->warnings();
    view.mark_reason = marked.state.empty() ? "" : marked.reason;
    view.mark_user = marked.state.empty() ? "" : marked.user;
    view.attempts = world_->pools.attempts_on(name);
    views.push_back(std::move(view));
  }
  for (const auto& [id, live] : world_->jobs) {
    const std::string& name = live->job.attempt.cluster;
    if (!live->job.has_live_attempt() || world_->clusters.count(name) > 0) continue;
    const auto known = std::find_if(views.begin(), views.end(),
                                    [&](const ClusterView& view) { return view.name == name; });
    ClusterView& gone = known != views.end() ? *known : views.emplace_back();
    gone.name = name;
    gone.state = "unnamed";
    gone.message =
        "jobs are there, but the site file no longer names it: put it back, or forget it";
    ++gone.attempts;
  }
  for (const PoolView& pool : pools()) {
    for (ClusterView& view : views) view.pools += view.name == pool.cluster;
  }
  return views;
}

std::vector<PoolView> Engine::pools() const { return world_->pools.views(); }

bool Engine::has_seen_every_cluster() const { return world_->knows_every_cluster(); }

std::size_t Engine::unfinished() const { return world_->jobs.size(); }

}  // namespace berth
