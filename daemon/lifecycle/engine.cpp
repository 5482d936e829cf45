#include "lifecycle/engine.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "lifecycle/world.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

constexpr std::size_t kNotesMax = 20;  // of one job, that are kept
constexpr std::size_t kNoteBytesMax = 1024;

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

// So that they can be read later, too.
void add_notes(std::vector<Event>& events, const Job& job, const std::vector<Problem>& notes) {
  for (std::size_t i = 0; i < notes.size() && i < kNotesMax; ++i) {
    const bool is_cut = i + 1 == kNotesMax && notes.size() > kNotesMax;
    events.push_back(event_of(
        job, "RequestNote",
        is_cut ? "and " + std::to_string(notes.size() - i) + " more notes"
               : clean_utf8(notes[i].path + ": " + notes[i].message, kNoteBytesMax)));
  }
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

void Engine::start(const JobSource& unfinished, std::vector<ClusterMark> marks) {
  World& world = *world_;
  for (ClusterMark& mark : marks) world.marks[mark.cluster] = std::move(mark);
  // Of a million jobs few are of a class that was not seen just before.
  std::unordered_map<std::shared_ptr<const JobClass>, std::shared_ptr<const JobClass>> shared;
  unfinished([&](Job job) {
    std::shared_ptr<const JobClass>& wanted = shared[job.wanted];
    if (!wanted) wanted = world.classes.shared(job.wanted);
    job.wanted = wanted;
    world.take_up(std::move(job));
  });
  log_info("jobs_taken_up", {{"unfinished", world.jobs.size()}});
  for (const auto& [name, cluster] : world.clusters) cluster->start();
  for (const auto& [id, live] : world.jobs.awake()) world.reconcile_soon(id, 0);
}

// One that only waits goes into the queue at once; the others are reconciled.
void World::take_up(Job job) {
  ++jobs_of_user[job.uid];
  if (Roster::may_rest(job)) {
    const std::string id = job.id;
    Roster::Resting resting = jobs.pack(std::move(job));
    if (!resting.kind->held) enqueue(id, resting);
    return jobs.add_resting(id, std::move(resting));
  }
  Live& live = jobs.add(std::move(job));
  live.remote.certainty = certainty_after_restart(live.job);
  const Attempt& attempt = live.job.attempt;
  if (!live.job.has_live_attempt() || !pools.expect(attempt.cluster, attempt.pool)) return;
  pools.take({live.job.id, attempt.number}, pools.index_of(attempt.pool),
             live.job.wanted->groups, /*by_force=*/true);
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
  const std::int64_t share = submission.jobs_of_user_max;
  if (const auto own = world.jobs_of_user.find(submission.job.uid);
      share > 0 && own != world.jobs_of_user.end() && own->second >= share) {
    return reply(Error{"QueueFull", submission.job.user + " has " + std::to_string(share) +
                                        " unfinished jobs here (limits.jobs_per_user_max); try "
                                        "again when some have ended"});
  }
  if (submission.strict && world.knows_every_cluster()) {
    const Decision decision = plan(submission.job);
    if (decision.never) return reply(Error{decision.reason, decision.message});
  }
  Job job = std::move(submission.job);
  job.submitted = world.outside.clock.now();
  job.id = new_job_id(job.submitted, world.outside.chance);
  job.phase = Phase::kPending;
  job.wanted = world.classes.shared(job.wanted);
  Change change;
  change.accepted = std::move(submission.accepted);
  change.events = {event_of(job, "Enqueued")};
  change.events[0].user = job.user;
  add_notes(change.events, job, submission.notes);
  for (Event& event : change.events) event.at_ms = job.submitted.wall_ms;
  change.job = job;
  ++world.joining;
  ++world.jobs_of_user[job.uid];
  world.outside.journal.commit(
      std::move(change),
      [&world, id = job.id, resting = world.jobs.pack(std::move(job)),
       reply = std::move(reply)](const Committed& committed) mutable {
        --world.joining;
        if (committed.outcome != Committed::Outcome::kDone) world.count_one_less(resting.kind->uid);
        world.join(id, std::move(resting), committed, reply);
      });
}

void World::join(const std::string& id, Roster::Resting resting, const Committed& committed,
                 const Reply<Submitted>& reply) {
  if (committed.outcome != Committed::Outcome::kDone) jobs.give_up(std::move(resting));
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
  enqueue(id, resting);
  jobs.add_resting(id, std::move(resting));
  reply(Submitted{id, false});
  if (engine.on_commit) engine.on_commit(committed.sequence);
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
  for (const auto& [id, live] : jobs.awake()) {
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
  const std::optional<Job> job = world_->jobs.look_at(id);
  if (!job) return no_such_job(id);
  if (job->phase != Phase::kPending) return Error{"NotFound", "job " + id + " is not waiting"};
  return plan(*job);
}

Decision Engine::plan(const Job& job) {
  World& world = *world_;
  return world.scheduler.decide(world.asker_of(job), world.pools, {},
                                world.outside.clock.now().wall_ms, Detail::kTable);
}

PendingReasons Engine::pending_reasons(const std::vector<std::string>& ids) {
  PendingReasons reasons;
  reasons.reserve(ids.size());
  for (const std::string& id : ids)
    if (auto refusal = world_->why_pending(id)) reasons.emplace(id, std::move(refusal));
  return reasons;
}

// Null: it does not wait. Those in the queue are neither held nor backing off.
std::shared_ptr<const Refusal> World::why_pending(const std::string& id) const {
  static const auto kTooEarly = std::make_shared<const Refusal>(
      Refusal{"ClusterOffline", "not every cluster has been heard of yet"});
  static const auto kNext =
      std::make_shared<const Refusal>(Refusal{"Queued", "waits for its turn"});
  if (auto refusal = queue.refusal(id)) return knows_every_cluster() ? refusal : kTooEarly;
  const std::optional<Job> job = jobs.look_at(id);
  if (!job || job->phase != Phase::kPending) return nullptr;
  if (job->held)
    return std::make_shared<const Refusal>(
        Refusal{"Held", "by " + job->held_by + ": " + job->held_reason});
  if (const OldStray* stray = old_stray_of(id)) {
    return std::make_shared<const Refusal>(
        Refusal{"StrayAttempt", "attempt " + std::to_string(stray->found.key.attempt) +
                                    " of it stands on cluster " + stray->cluster +
                                    " since before the store was restored: `berth strays adopt` "
                                    "goes on with it, `berth strays release` ends it"});
  }
  if (!knows_every_cluster()) return kTooEarly;
  if (elapsed_ms(outside.clock.now(), job->not_before) > 0)
    return std::make_shared<const Refusal>(
        Refusal{"BackingOff", "waits a little before it is tried again: " + job->message});
  return kNext;
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
    view.warnings.insert(view.warnings.end(), cluster->remarks().begin(),
                         cluster->remarks().end());
    view.mark_reason = marked.state.empty() ? "" : marked.reason;
    view.mark_user = marked.state.empty() ? "" : marked.user;
    view.attempts = world_->pools.attempts_on(name);
    views.push_back(std::move(view));
  }
  for (const auto& [id, live] : world_->jobs.awake()) {
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

std::map<std::string, std::size_t> Engine::waiting_by_reason() const {
  return world_->queue.sizes_by_reason();
}

const DecisionCounts& Engine::decisions() const { return world_->decisions; }

}  // namespace berth
