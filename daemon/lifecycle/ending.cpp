// How an attempt ends, and what becomes of its job.
#include <algorithm>

#include "lifecycle/world.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

constexpr std::int64_t kFirstPauseMs = 1000;
constexpr std::int64_t kLongestPauseMs = 60'000;

bool retries_on(const Job& job, const std::string& reason) {
  return std::find(job.retry_on.begin(), job.retry_on.end(), reason) != job.retry_on.end();
}

Step ending_step(const World& world, const Job& job, Verdict verdict, const std::string& reason,
                 const std::string& message, int exit_code) {
  Step step{.next = job};
  Job& next = step.next;
  next.phase = Phase::kReleasing;
  next.verdict = verdict;
  next.reason = reason;
  next.message = message;
  next.exit_code = exit_code;
  next.attempt.ended = world.outside.clock.now();
  next.attempt.reason = reason;
  next.attempt.message = message;
  step.events = {event_of(next, "Ended", message)};
  step.events[0].reason = reason;
  return step;
}

}  // namespace

void end_attempt(World& world, Live& live, Verdict verdict, const std::string& reason,
                 const std::string& message, int exit_code) {
  Step step = ending_step(world, live.job, verdict, reason, message, exit_code);
  if (live.remote.seen && !live.remote.seen->status.empty())
    step.next.attempt.status = status_of(live.remote);
  if (!live.remote.external_ref.empty()) {
    step.next.attempt.external_ref = live.remote.external_ref;
    step.next.attempt.remote_uid = live.remote.uid;
  }
  world.commit(live, std::move(step));
}

void fail_or_retry(World& world, Live& live, const std::string& reason,
                   const std::string& message, int exit_code) {
  const Job& job = live.job;
  if (!retries_on(job, reason))
    return end_attempt(world, live, Verdict::kFail, reason, message, exit_code);
  if (job.retries_used >= job.retry_limit) {
    const std::string retries =
        std::to_string(job.retries_used) + (job.retries_used == 1 ? " retry" : " retries");
    const std::string spent =
        job.retry_limit == 0
            ? message
            : message + " (after " + retries + "; the last was lost by " + reason + ")";
    return end_attempt(world, live, Verdict::kFail,
                       job.retry_limit == 0 ? reason : "RetryLimitExceeded", spent, exit_code);
  }
  Step step = ending_step(world, job, Verdict::kRetry, reason, message, exit_code);
  const std::int64_t pause_ms =
      std::min(kLongestPauseMs, kFirstPauseMs << std::min(job.retries_used, 16));
  ++step.next.retries_used;
  step.next.not_before = later(world.outside.clock.now(), pause_ms);
  world.commit(live, std::move(step));
}

void start_anew(World& world, Live& live, const std::string& reason, const std::string& message) {
  Step step = ending_step(world, live.job, Verdict::kRetry, reason, message, 0);
  step.next.not_before = later(world.outside.clock.now(), kFirstPauseMs);
  world.commit(live, std::move(step));
}

void fail_to_start(World& world, Live& live, const std::string& reason,
                   const std::string& message) {
  const Job& job = live.job;
  if (ClusterController* cluster = world.cluster_of(job)) cluster->launch_failed();
  const bool is_last = job.start_failures + 1 >= world.site.limits.start_failures_max;
  Step step = ending_step(world, job, is_last ? Verdict::kFail : Verdict::kRetry, reason, message,
                          0);
  ++step.next.start_failures;
  step.next.excluded_pools.push_back(job.attempt.pool);
  world.commit(live, std::move(step));
}

bool end_if_over(World& world, Live& live) {
  if (!live.remote.seen) return false;
  const Observation seen = *live.remote.seen;
  switch (seen.state) {
    case Observation::State::kStarting:
    case Observation::State::kRunning:
    case Observation::State::kReady:
    case Observation::State::kUnknown: return false;
    case Observation::State::kSucceeded:
      end_attempt(world, live, Verdict::kSucceed, "Completed", seen.message, seen.exit_code);
      return true;
    case Observation::State::kFailed:
      fail_or_retry(world, live, seen.reason.empty() ? "AppFailed" : seen.reason, seen.message,
                    seen.exit_code);
      return true;
  }
  return false;
}

bool end_if_cluster_lost(World& world, Live& live) {
  const Job& job = live.job;
  if (const auto mark = world.marks.find(job.attempt.cluster);
      mark != world.marks.end() && mark->second.state == "forgotten") {
    fail_or_retry(world, live, "ClusterLost",
                  "cluster " + job.attempt.cluster + " was forgotten: " + mark->second.reason);
    return true;
  }
  ClusterController* cluster = world.cluster_of(job);
  if (cluster == nullptr || job.on_cluster_lost != OnClusterLost::kFail) return false;
  if (cluster->offline_ms() < world.site.probes.lost_after_ms ||
      cluster->health() != ClusterHealth::kOffline)
    return false;
  end_attempt(world, live, Verdict::kFail, "ClusterLost",
              "cluster " + job.attempt.cluster + " has been offline for " +
                  duration_text(cluster->offline_ms()));
  return true;
}

}  // namespace berth
