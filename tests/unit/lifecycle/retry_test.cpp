// How attempts end, and what becomes of their jobs.
#include <gtest/gtest.h>

#include <algorithm>

#include "test_daemon.hpp"

namespace berth {
namespace {

constexpr std::int64_t kStartMs = 10'000;
constexpr std::int64_t kBackOffMs = 60'000;  // the longest pause before another attempt

using Names = std::vector<std::string>;

TEST(StartDeadline, LeavesThePoolOutAndTriesTheNext) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(kStartMs));
  daemon.run_for(kStartMs - 1);
  EXPECT_EQ(daemon.job(id).attempt.number, 1);
  daemon.run_for(1);
  const Job& job = daemon.job(id);
  EXPECT_EQ(job.phase, Phase::kLaunching);
  EXPECT_EQ(job.attempt.number, 2);
  EXPECT_EQ(job.attempt.pool, "b");
  EXPECT_EQ(job.excluded_pools, Names{"a"});
  EXPECT_EQ(job.retries_used, 0);
  EXPECT_EQ(daemon.west().statuses.count({id, 1}), 0u);
  EXPECT_EQ(daemon.held_cpu(), 1);
}

TEST(StartDeadline, FailsTheJobWhenEveryPoolThatCouldTakeItWasTried) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(kStartMs));
  daemon.run_for(2 * kStartMs);
  const Job& job = daemon.job(id);
  EXPECT_EQ(job.phase, Phase::kFailed);
  EXPECT_EQ(job.reason, "StartTimeout");
  EXPECT_EQ(job.message, "failed to start on every pool that could take it: a, b");
  EXPECT_EQ(daemon.held_cpu(), 0);
}

TEST(StartDeadline, FailsTheJobAtTheSitesLimit) {
  SiteBuilder plan = the_usual_site();
  plan.site().limits.start_failures_max = 1;
  TestDaemon daemon(plan);
  daemon.start();
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(kStartMs));
  daemon.run_for(kStartMs);
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_EQ(daemon.job(id).reason, "StartTimeout");
  EXPECT_EQ(daemon.job(id).attempt.number, 1);
}

TEST(StartDeadline, DoesNotGiveUpAnAttemptWhoseCreateMayStillLand) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) { return a_reply(CallStatus::kUnknown); };
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(kStartMs));
  daemon.run_for(10 * kStartMs);
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
  EXPECT_EQ(daemon.job(id).attempt.number, 1);
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    return daemon.west().create(order.key);
  };
  daemon.run_for(kBackOffMs);
  EXPECT_EQ(daemon.west().statuses.count({id, 1}), 0u);
}

TEST(StartDeadline, IsOverOnceTheJobIsReady) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().with_start_deadline_ms(kStartMs));
  daemon.run_for(10 * kStartMs);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
}

TEST(RunDeadline, IsCountedFromReadyAndFailsTheJob) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().with_run_deadline_ms(5000));
  daemon.run_for(20'000);
  daemon.tell(id, "running");
  daemon.run_for(4999);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  daemon.run_for(1);
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_EQ(daemon.job(id).reason, "DeadlineExceeded");
  EXPECT_TRUE(daemon.west().statuses.empty());
}

TEST(RunDeadline, IsRetriedWhereTheJobAsksForIt) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(
      a_job().with_run_deadline_ms(5000).with_retries(1).retried_on({"DeadlineExceeded"}));
  daemon.run_for(5000);
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  daemon.run_for(kBackOffMs);
  EXPECT_EQ(daemon.job(id).attempt.number, 2);
}

TEST(Retry, PlacesALostJobAgainUpToItsLimit) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().with_retries(2));
  for (int attempt = 1; attempt <= 2; ++attempt) {
    daemon.tell(id, "running");
    daemon.tell(id, "lost");
    EXPECT_EQ(daemon.phase(id), Phase::kPending);
    EXPECT_EQ(daemon.waits_for(id), "BackingOff");
    EXPECT_EQ(daemon.held_cpu(), 0);
    daemon.run_for(kBackOffMs);
    EXPECT_EQ(daemon.job(id).attempt.number, attempt + 1);
    EXPECT_EQ(daemon.job(id).attempt.pool, "a");  // no fault of the pool's
  }
  daemon.tell(id, "lost");
  const Job& job = daemon.job(id);
  EXPECT_EQ(job.phase, Phase::kFailed);
  EXPECT_EQ(job.reason, "RetryLimitExceeded");
  EXPECT_EQ(job.message, "lost (after 2 retries; the last was lost by NodeLost)");
  EXPECT_EQ(job.retries_used, 2);
}

TEST(Retry, PausesLongerEachTime) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().with_retries(9));
  for (const std::int64_t pause_ms : {1000, 2000, 4000}) {
    const int number = daemon.job(id).attempt.number;
    daemon.tell(id, "lost");
    daemon.run_for(pause_ms - 1);
    EXPECT_EQ(daemon.job(id).attempt.number, number);
    daemon.run_for(1);
    EXPECT_EQ(daemon.job(id).attempt.number, number + 1);
  }
}

struct EndRow {
  std::string name;
  JobBuilder job;
  std::string status;
  Phase phase;
  std::string reason;
};

class End : public testing::TestWithParam<EndRow> {};

TEST_P(End, IsWhatTheClusterSaidAndTheJobAskedFor) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(GetParam().job);
  daemon.tell(id, GetParam().status);
  EXPECT_EQ(daemon.phase(id), GetParam().phase);
  EXPECT_EQ(daemon.job(id).reason, GetParam().reason);
  EXPECT_EQ(daemon.job(id).attempt.reason, GetParam().reason);
  EXPECT_TRUE(daemon.west().statuses.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Engine, End,
    testing::Values(
        EndRow{"Completed", a_job().with_retries(2), "ok", Phase::kSucceeded, "Completed"},
        EndRow{"AppFailedIsNotRetried", a_job().with_retries(2), "bad", Phase::kFailed,
               "AppFailed"},
        EndRow{"AppFailedIsRetriedWhereAskedFor",
               a_job().with_retries(2).retried_on({"AppFailed"}), "bad", Phase::kPending,
               "AppFailed"},
        EndRow{"NodeLostIsRetried", a_job().with_retries(2), "lost", Phase::kPending, "NodeLost"},
        EndRow{"NodeLostWithoutRetries", a_job(), "lost", Phase::kFailed, "NodeLost"},
        EndRow{"NodeLostIsNotRetriedUnasked", a_job().with_retries(2).retried_on({"AppFailed"}),
               "lost", Phase::kFailed, "NodeLost"}),
    [](const auto& info) { return info.param.name; });

TEST(Retry, EndsALaunchThatIsRefusedForGood) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) {
    BackendReply reply = a_reply(CallStatus::kPermanent, "no such image");
    reply.reason = "ImagePullFailed";
    return reply;
  };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_EQ(daemon.job(id).reason, "ImagePullFailed");
  EXPECT_EQ(daemon.job(id).message, "no such image");
}

TEST(Retry, RepeatsALaunchThatIsRefusedForNow) {
  TestDaemon daemon;
  daemon.start();
  int refusals = 3;
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    return refusals-- > 0 ? a_reply(CallStatus::kTransient, "busy")
                          : daemon.west().create(order.key);
  };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.job(id).message, "busy");
  daemon.run_for(10'000);
  EXPECT_EQ(daemon.west().launched.size(), 4u);
  EXPECT_EQ(daemon.job(id).attempt.number, 1);
  EXPECT_FALSE(daemon.job(id).attempt.external_ref.empty());
}

TEST(Retry, LooksForADoubtfulLaunchBeforeItIsRepeated) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    daemon.west().create(order.key);
    return a_reply(CallStatus::kUnknown, "timed out");
  };
  const std::string id = daemon.submit(a_job());
  daemon.run_for(10'000);
  EXPECT_EQ(daemon.west().launched.size(), 1u);
  EXPECT_EQ(daemon.job(id).attempt.external_ref, "ref-" + id);
}

TEST(Retry, IgnoresAnEventOfAnotherCreation) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.west().events().workload_changed({{id, 1}, "another-uid", "bad"});
  daemon.settle();
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
}

BackendReply refused(const std::string& reason, const std::string& message) {
  BackendReply reply = a_reply(CallStatus::kTransient, message);
  reply.reason = reason;
  return reply;
}

TEST(TransientLaunch, SaysWhyItWaitsAndGoesOnWhenItMay) {
  TestDaemon daemon;
  daemon.start();
  const auto launch = daemon.west().on_launch;
  daemon.west().on_launch = [](const LaunchOrder&) {
    return refused("QuotaExceeded", "8 gpu of 4 are used");
  };
  const std::string id = daemon.submit(a_job());
  daemon.run_for(30'000);
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
  EXPECT_EQ(daemon.job(id).reason, "QuotaExceeded");
  EXPECT_EQ(daemon.job(id).message, "8 gpu of 4 are used");
  EXPECT_GE(daemon.west().launched.size(), 5u);
  EXPECT_LE(daemon.west().launched.size(), 12u) << "with longer and longer pauses";
  EXPECT_EQ(daemon.engine->clusters()[0].message, "") << "no breaker opens";
  daemon.west().on_launch = launch;
  daemon.run_for(30'000);
  EXPECT_EQ(daemon.job(id).reason, "");
  daemon.tell(id, "running");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
}

TEST(TransientLaunch, WithoutAReasonIsHeldAgainstTheCluster) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) {
    return a_reply(CallStatus::kTransient, "connection reset");
  };
  const std::string id = daemon.submit(a_job());
  daemon.run_for(30'000);
  EXPECT_EQ(daemon.job(id).message, "connection reset");
  EXPECT_NE(daemon.engine->clusters()[0].message, "");
}

TEST(TransientLaunch, ThatIsRateLimitedIsNoFailureToStart) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) {
    return refused("RateLimited", "5 requests a second");
  };
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(5000));
  daemon.run_for(60'000);
  EXPECT_GE(daemon.job(id).attempt.number, 2);
  EXPECT_EQ(daemon.job(id).start_failures, 0);
  EXPECT_TRUE(daemon.job(id).excluded_pools.empty());
  EXPECT_EQ(daemon.engine->clusters()[0].message, "");
}

TEST(TransientLaunch, OfWhichThePoolIsAtFaultIsTriedElsewhereAtItsDeadline) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    return order.pool == "a" ? refused("QuotaExceeded", "none left")
                             : daemon.west().create(order.key);
  };
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(5000));
  daemon.run_for(8000);
  EXPECT_EQ(daemon.job(id).attempt.pool, "b");
  EXPECT_EQ(daemon.job(id).start_failures, 1);
}

TEST(Launch, WritesDownWhatTheClusterWarnsOf) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    BackendReply reply = daemon.west().create(order.key);
    reply.warnings = {"spec.foo: unknown field"};
    return reply;
  };
  const std::string id = daemon.submit(a_job());
  std::vector<std::string> warnings;
  for (const Event& event : daemon.journal.events)
    if (event.kind == "LaunchWarning") warnings.push_back(event.message);
  EXPECT_EQ(warnings, std::vector<std::string>{"spec.foo: unknown field"});
  daemon.restart();
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
}

TEST(Statuses, ThatNobodyKnowsKeepTheLastStateAndAreRecordedOnce) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.tell(id, "odd");
  daemon.tell(id, "odd");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.job(id).message, "running");
  const std::vector<std::string> story = daemon.story(id);
  EXPECT_EQ(std::count(story.begin(), story.end(), "UnknownStatus"), 1);
}

TEST(Statuses, SayWhatIsInTheWayAtTheMoment) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job());
  daemon.tell(id, "stuck");
  EXPECT_EQ(daemon.job(id).reason, "Unschedulable");
  daemon.tell(id, "pulling");
  EXPECT_EQ(daemon.job(id).reason, "");
  daemon.tell(id, "running");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  daemon.tell(id, "stuck");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.job(id).reason, "Unschedulable");
}

}  // namespace
}  // namespace berth
