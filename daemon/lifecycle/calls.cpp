// Talking to the cluster about one attempt: looking for it, making it, releasing it, asking its head.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "lifecycle/world.hpp"
#include "watcher/watcher.hpp"

namespace berth {
namespace {

constexpr std::int64_t kFirstPauseMs = 200;
constexpr std::int64_t kLongestPauseMs = 30'000;

// Calls `then` with the job if the attempt is still its newest and not released.
template <typename Then>
auto for_attempt(World& world, const Live& live, Then then) {
  return [&world, id = live.job.id, number = live.job.attempt.number, then](auto answer) {
    Live* now = world.find(id);
    if (now == nullptr || now->job.attempt.number != number || now->job.attempt.released) return;
    then(world, *now, std::move(answer));
  };
}

void back_off(World& world, Live& live) {
  const std::int64_t pause_ms =
      std::min(kLongestPauseMs, kFirstPauseMs << std::min(live.remote.failures, 16));
  ++live.remote.failures;
  live.remote.next_call = later(world.outside.clock.now(), pause_ms);
  world.reconcile_soon(live.job.id, pause_ms);
}

// The cluster can be asked now; if not, the job is looked at again when that changes.
ClusterController* ready_to_ask(World& world, Live& live) {
  ClusterController* cluster = world.cluster_of(live.job);
  if (cluster == nullptr || !cluster->has_started()) return nullptr;
  if (elapsed_ms(world.outside.clock.now(), live.remote.next_call) > 0) return nullptr;
  return cluster;
}

Observation failure(const std::string& reason, const std::string& message) {
  Observation seen;
  seen.state = Observation::State::kFailed;
  seen.reason = reason;
  seen.message = message;
  return seen;
}

void keep_reference(Remote& remote, const BackendReply& reply) {
  remote.certainty = Certainty::kCertain;
  remote.is_watched = true;
  remote.failures = 0;
  remote.launch_trouble.clear();
  remote.launch_reason.clear();
  remote.external_ref = reply.external_ref;
  remote.uid = reply.uid;
}

void take_adopted(World& world, Live& live, BackendReply reply) {
  Remote& remote = live.remote;
  remote.is_calling = false;
  switch (reply.status) {
    case CallStatus::kOk:
      keep_reference(remote, reply);
      world.take_status(live, std::move(reply.native_status));
      break;
    case CallStatus::kNotFound:
      remote.was_looked_for = true;
      if (!live.job.attempt.external_ref.empty()) {
        remote.certainty = Certainty::kCertain;
        remote.seen = failure("NodeLost", "its things have vanished from cluster " +
                                              live.job.attempt.cluster);
      }
      break;
    case CallStatus::kUnknown:
    case CallStatus::kTransient:
    case CallStatus::kPermanent: back_off(world, live); break;
  }
  world.reconcile(live);
}

void take_launched(World& world, Live& live, BackendReply reply, Certainty before) {
  Remote& remote = live.remote;
  remote.is_calling = false;
  ClusterController* cluster = world.cluster_of(live.job);
  if (reply.status != CallStatus::kOk) {
    log_warning("launch_failed", {{"job", live.job.id},
                                  {"attempt", live.job.attempt.number},
                                  {"cluster", live.job.attempt.cluster},
                                  {"why", reply.message}});
    // One that is refused for good, or for a reason of its own, says nothing about the cluster.
    const bool is_refused =
        reply.status == CallStatus::kPermanent ||
        (reply.status == CallStatus::kTransient && !reply.reason.empty());
    if (!is_refused) cluster->launch_failed();
    remote.launch_trouble = reply.message;
    remote.launch_reason = reply.reason;
  }
  switch (reply.status) {
    case CallStatus::kOk:
      keep_reference(remote, reply);
      remote.launch_warnings = std::move(reply.warnings);
      cluster->launch_succeeded();
      break;
    case CallStatus::kUnknown:
      remote.certainty = Certainty::kDoubtful;
      remote.was_looked_for = false;
      back_off(world, live);
      break;
    case CallStatus::kTransient:
    case CallStatus::kNotFound:
      remote.certainty = before;
      back_off(world, live);
      break;
    case CallStatus::kPermanent:
      remote.certainty = Certainty::kCertain;
      remote.seen =
          failure(reply.reason.empty() ? "SubmissionFailed" : reply.reason, reply.message);
      break;
  }
  world.reconcile(live);
}

void take_released(World& world, Live& live, BackendReply reply) {
  Remote& remote = live.remote;
  remote.is_calling = false;
  if (reply.status == CallStatus::kOk || reply.status == CallStatus::kNotFound) {
    remote.gone = reply.message.empty() ? "gone" : reply.message;
  } else {
    log_warning("release_failed", {{"job", live.job.id}, {"why", reply.message}});
    if (reply.message != remote.release_trouble) remote.is_release_told = false;
    remote.release_trouble = std::move(reply.message);
    back_off(world, live);
  }
  world.reconcile(live);
}

// What holds a release is for people to mend, so it stands in the job's story: each time that it is
// something else, within reason.
bool tell_what_holds(World& world, Live& live) {
  constexpr int kTellingsMax = 20;
  Remote& remote = live.remote;
  if (std::exchange(remote.is_release_told, true) || remote.releases_told >= kTellingsMax)
    return false;
  ++remote.releases_told;
  Step step{.next = live.job};
  step.events = {event_of(live.job, "ReleaseWaits", remote.release_trouble)};
  world.commit(live, std::move(step));
  return true;
}

void ask_to_create(World& world, Live& live, ClusterController& cluster) {
  const auto jobtype = world.jobtypes.find(live.job.wanted->type);
  if (jobtype == world.jobtypes.end()) {
    live.remote.certainty = Certainty::kCertain;
    live.remote.seen =
        failure("SubmissionFailed", "no job type \"" + live.job.wanted->type + "\" is installed");
    return world.reconcile(live);
  }
  const Certainty before = live.remote.certainty;
  live.remote.is_calling = true;
  live.remote.certainty = Certainty::kDoubtful;
  launch(world.desk, live.job,
         world.outside.tokens.token(live.job.id, live.job.attempt.number), *jobtype->second,
         cluster.backend(),
         for_attempt(world, live, [before](World& w, Live& now, BackendReply reply) {
           take_launched(w, now, std::move(reply), before);
         }));
}

void take_step(World& world, Live& live, Result<ProbeStep> step) {
  Remote& remote = live.remote;
  remote.is_probing = false;
  std::int64_t again_ms = 1000;
  if (step) {
    again_ms = std::max<std::int64_t>(step->again_ms, 50);
    remote.readiness = *step;
  } else {
    log_warning("probe_failed", {{"job", live.job.id}, {"why", step.error().message}});
  }
  if (step && step->done) return world.reconcile(live);
  // Show what was learnt, but ask again no sooner than the job type said.
  remote.is_probing = true;
  world.outside.loop.after(
      std::chrono::milliseconds(again_ms),
      [again = for_attempt(world, live, [](World& w, Live& now, Nothing) {
         now.remote.is_probing = false;
         w.reconcile(now);
       })] { again(Nothing{}); });
  world.reconcile(live);
}

}  // namespace

void look_for(World& world, Live& live) {
  ClusterController* cluster = ready_to_ask(world, live);
  if (cluster == nullptr) return;
  live.remote.is_calling = true;
  cluster->backend().adopt({live.job.id, live.job.attempt.number},
                           for_attempt(world, live, take_adopted));
}

void settle(World& world, Live& live) {
  const Remote& remote = live.remote;
  if (remote.certainty == Certainty::kDoubtful && !remote.was_looked_for)
    return look_for(world, live);
  if (ClusterController* cluster = ready_to_ask(world, live))
    ask_to_create(world, live, *cluster);
}

void release_attempt(World& world, Live& live,
                     void (*finish)(World&, Live&, const std::string& message)) {
  Remote& remote = live.remote;
  const Job& job = live.job;
  if (!job.has_live_attempt() || remote.certainty == Certainty::kNeverAsked)
    return finish(world, live, "nothing had been created");
  if (remote.gone) return finish(world, live, *remote.gone);
  if (tell_what_holds(world, live)) return;
  if (const auto mark = world.marks.find(job.attempt.cluster);
      mark != world.marks.end() && mark->second.state == "forgotten")
    return finish(world, live, "given up with its cluster: " + mark->second.reason);
  if (remote.is_calling) return;
  ClusterController* cluster = ready_to_ask(world, live);
  if (cluster == nullptr) return;
  const bool may_still_land = remote.certainty == Certainty::kDoubtful &&
                              job.attempt.external_ref.empty() &&
                              world.tombstone_clusters.count(job.attempt.cluster) == 0;
  if (may_still_land) return settle(world, live);
  remote.is_calling = true;
  Job released = job;
  if (!remote.external_ref.empty()) {
    released.attempt.external_ref = remote.external_ref;
    released.attempt.remote_uid = remote.uid;
  }
  release(released, cluster->backend(),
          for_attempt(world, live, take_released));
}

void ask_head(World& world, Live& live) {
  Remote& remote = live.remote;
  const auto jobtype = world.jobtypes.find(live.job.wanted->type);
  ClusterController* cluster = world.cluster_of(live.job);
  if (remote.is_probing || jobtype == world.jobtypes.end() || cluster == nullptr) return;
  remote.is_probing = true;
  ProbeTurn turn;
  turn.job = live.job.id;
  turn.attempt = live.job.attempt.number;
  turn.token = world.outside.tokens.token(turn.job, turn.attempt);
  turn.groups = live.job.wanted->groups;
  turn.endpoints = remote.seen->endpoints;
  ask_readiness(world.outside.loop, world.outside.workers, *jobtype->second, cluster->backend(),
                std::move(turn), for_attempt(world, live, take_step));
}

std::string status_of(const Remote& remote) {
  if (!remote.readiness) return remote.seen->status;
  return with_workers(remote.seen->status, remote.readiness->ready, remote.readiness->wanted);
}

bool show_progress(World& world, Live& live) {
  Remote& remote = live.remote;
  const Job& job = live.job;
  Step step{.next = job};
  Job& next = step.next;
  if (remote.seen) {
    next.reason = remote.seen->reason;
    // What is in its way goes before how many have joined.
    const bool is_hindered = !next.reason.empty();
    next.message =
        remote.readiness && !is_hindered ? remote.readiness->message : remote.seen->message;
    next.attempt.status = status_of(remote);
  } else if (!remote.launch_trouble.empty()) {
    next.reason = remote.launch_reason;
    next.message = remote.launch_trouble;
  }
  const bool is_news = next.reason != job.reason || next.message != job.message ||
                       next.attempt.status != job.attempt.status;
  if (is_news) {
    step.events.push_back(event_of(next, "Progress", next.message));
    step.events.back().reason = next.reason;
  }
  if (!std::exchange(remote.is_unknown_told, true))
    step.events.push_back(event_of(next, "UnknownStatus", remote.unknown_status));
  if (step.events.empty()) return false;
  world.commit(live, std::move(step));
  return true;
}

}  // namespace berth
