// From the intent to everything being up.
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "lifecycle/world.hpp"

namespace berth {
namespace {

// It waited for nothing but its turn at the cluster's door.
constexpr std::string_view kRateLimited = "RateLimited";

bool is_ready(const Remote& remote) {
  if (!remote.seen || remote.certainty != Certainty::kCertain) return false;
  if (remote.seen->state == Observation::State::kReady) return true;
  return remote.seen->wants_probe && remote.readiness && remote.readiness->done;
}

// While a create may still land, giving up is left to clusters that can turn it away then.
bool may_give_up(const World& world, const Live& live) {
  return live.remote.certainty != Certainty::kDoubtful ||
         world.tombstone_clusters.count(live.job.attempt.cluster) > 0;
}

bool must_record_launch(const Live& live) {
  const Remote& remote = live.remote;
  return remote.certainty == Certainty::kCertain && !remote.external_ref.empty() &&
         remote.external_ref != live.job.attempt.external_ref;
}

void record_launch(World& world, Live& live) {
  Step step{.next = live.job};
  step.next.attempt.external_ref = live.remote.external_ref;
  step.next.attempt.remote_uid = live.remote.uid;
  step.next.reason.clear();  // why it could not be launched before
  step.next.message.clear();
  step.events = {event_of(step.next, "Launched")};
  for (std::string& warning : std::exchange(live.remote.launch_warnings, {}))
    step.events.push_back(event_of(step.next, "LaunchWarning", std::move(warning)));
  world.commit(live, std::move(step));
}

void become_running(World& world, Live& live) {
  Step step{.next = live.job};
  step.next.phase = Phase::kRunning;
  step.next.attempt.ready = world.outside.clock.now();
  step.next.attempt.status = status_of(live.remote);
  step.next.reason.clear();
  step.next.message =
      live.remote.readiness ? live.remote.readiness->message : live.remote.seen->message;
  step.events = {event_of(step.next, "Ready", step.next.message)};
  world.commit(live, std::move(step));
}

std::string start_timeout_text(const Job& job) {
  const std::string state = job.message.empty() ? "nothing was heard of it" : job.message;
  return "not ready by its start deadline; last: " + state;
}

}  // namespace

void reconcile_launching(World& world, Live& live) {
  Remote& remote = live.remote;
  if (remote.is_calling) return;
  if (must_record_launch(live)) return record_launch(world, live);
  if (end_if_over(world, live) || end_if_cluster_lost(world, live)) return;
  const Job& job = live.job;
  if (is_overdue(world, live, job.attempt.scheduled, job.start_deadline_ms) &&
      may_give_up(world, live)) {
    if (job.reason == kRateLimited) return start_anew(world, live, job.reason, job.message);
    return fail_to_start(world, live, "StartTimeout", start_timeout_text(job));
  }
  if (is_ready(remote)) return become_running(world, live);
  if (show_progress(world, live)) return;
  if (remote.certainty != Certainty::kCertain) return settle(world, live);
  if (!remote.is_watched) return look_for(world, live);
  if (remote.seen && remote.seen->wants_probe) ask_head(world, live);
}

}  // namespace berth
