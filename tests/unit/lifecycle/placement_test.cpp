// From the queue to a place.
#include <gtest/gtest.h>

#include "scheduler/decision_record.hpp"
#include "test_daemon.hpp"

namespace berth {
namespace {

SiteBuilder two_clusters() { return the_usual_site().with(a_pool("z").on("east")); }

using Story = std::vector<std::string>;

TEST(Placement, LeadsThroughEveryPhaseToTheEnd) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  EXPECT_EQ(daemon.held_cpu(), 1);
  daemon.tell(id, "ok");
  EXPECT_EQ(daemon.story(id),
            (Story{"Enqueued", "Scheduled", "Launching", "Launched", "Ready", "Ended",
                   "Released", "Finished"}));
  const Job& job = daemon.job(id);
  EXPECT_EQ(job.phase, Phase::kSucceeded);
  EXPECT_EQ(job.reason, "Completed");
  EXPECT_EQ(job.attempt.pool, "a");
  EXPECT_EQ(job.attempt.tier, "shared");
  EXPECT_EQ(job.attempt.external_ref, "ref-" + id);
  EXPECT_EQ(daemon.held_cpu(), 0);
}

TEST(Placement, ShowsWhatIsNewlyKnownOnceWhileItWaitsToBeReady) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job());
  for (int i = 0; i < 3; ++i) daemon.tell(id, "pulling");
  EXPECT_EQ(daemon.job(id).message, "pulling");
  EXPECT_EQ(daemon.story(id),
            (Story{"Enqueued", "Scheduled", "Launching", "Launched", "Progress"}));
}

TEST(Placement, KeepsTheDecisionWithTheAttempt) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job());
  ASSERT_EQ(daemon.journal.decisions.count({id, 1}), 1u);
  const DecisionRecord& record = daemon.journal.decisions.at({id, 1});
  const auto decision = decode_decision(record.table, record.moment);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->pool, "a");
}

TEST(Placement, TakesRoomAtOnceSoThatTheNextGoesElsewhere) {
  TestDaemon daemon;
  daemon.start();
  const JobBuilder large = a_job().wants({a_group(1, 10)});
  const std::string first = daemon.submit(large);
  const std::string second = daemon.submit(large);
  const std::string third = daemon.submit(large);
  EXPECT_EQ(daemon.job(first).attempt.pool, "a");
  EXPECT_EQ(daemon.job(second).attempt.pool, "b");
  EXPECT_EQ(daemon.phase(third), Phase::kPending);
  EXPECT_EQ(daemon.waits_for(third), "WaitingForCapacity");
}

TEST(Placement, FollowsAsSoonAsRoomIsGivenBack) {
  TestDaemon daemon;
  daemon.start();
  const JobBuilder whole = a_job().wants({a_group(1, 16)}).in_pool("a");
  const std::string first = daemon.run(whole);
  const std::string second = daemon.submit(whole);
  ASSERT_EQ(daemon.phase(second), Phase::kPending);
  daemon.tell(first, "ok");
  EXPECT_EQ(daemon.phase(second), Phase::kLaunching);
}

TEST(Placement, WaitsUntilRoomIsConfirmedFree) {
  TestDaemon daemon;
  daemon.start();
  const JobBuilder whole = a_job().wants({a_group(1, 16)}).in_pool("a");
  const std::string first = daemon.run(whole);
  const std::string second = daemon.submit(whole);
  daemon.west().on_release = [](const ReleaseOrder&) { return a_reply(CallStatus::kTransient); };
  daemon.tell(first, "ok");
  daemon.run_for(60'000);
  EXPECT_EQ(daemon.phase(first), Phase::kReleasing);
  EXPECT_EQ(daemon.phase(second), Phase::kPending);
}

TEST(Placement, LetsTheMoreUrgentGoFirst) {
  TestDaemon daemon;
  daemon.start();
  const JobBuilder whole = a_job().wants({a_group(1, 16)}).in_pool("a");
  const std::string first = daemon.run(whole);
  const std::string low = daemon.submit(JobBuilder(whole).with_priority(10));
  const std::string high = daemon.submit(JobBuilder(whole).with_priority(90));
  daemon.tell(first, "ok");
  EXPECT_EQ(daemon.phase(high), Phase::kLaunching);
  EXPECT_EQ(daemon.phase(low), Phase::kPending);
}

TEST(Placement, LetsSmallJobsPassALargeOneThatWaits) {
  TestDaemon daemon;
  daemon.start();
  daemon.run(a_job().wants({a_group(1, 10)}).in_pool("a"));
  const std::string large = daemon.submit(a_job().wants({a_group(1, 16)}).in_pool("a"));
  const std::string small = daemon.submit(a_job().in_pool("a"));
  EXPECT_EQ(daemon.phase(large), Phase::kPending);
  EXPECT_EQ(daemon.phase(small), Phase::kLaunching);
}

TEST(Placement, KeepsAPoolForALargeJobThatWaitedLong) {
  TestDaemon daemon;
  daemon.start();
  const std::string first = daemon.run(a_job().wants({a_group(1, 10)}).in_pool("a"));
  const std::string large = daemon.submit(a_job().wants({a_group(1, 16)}).in_pool("a"));
  daemon.run_for(11 * 60'000);
  const std::string small = daemon.submit(a_job().in_pool("a"));
  EXPECT_EQ(daemon.phase(small), Phase::kPending);
  EXPECT_EQ(daemon.waits_for(small), "BehindHigherPriority");
  daemon.tell(first, "ok");
  EXPECT_EQ(daemon.phase(large), Phase::kLaunching);
}

TEST(Placement, KeepsNoPoolForALargeJobThatWasKilled) {
  TestDaemon daemon;
  daemon.start();
  daemon.run(a_job().wants({a_group(1, 10)}).in_pool("a"));
  const std::string large = daemon.submit(a_job().wants({a_group(1, 16)}).in_pool("a"));
  daemon.run_for(11 * 60'000);
  const std::string small = daemon.submit(a_job().in_pool("a"));
  ASSERT_EQ(daemon.phase(small), Phase::kPending);
  EXPECT_EQ(daemon.kill(large), "");
  daemon.run_for(daemon.plan.site().probes.pools_every_ms);
  EXPECT_EQ(daemon.phase(small), Phase::kLaunching);
}

TEST(Placement, DecidesNothingBeforeEveryClusterHasReported) {
  TestDaemon daemon(two_clusters());
  const auto report = daemon.east().on_pools;
  daemon.east().on_pools = [] { return a_reply(CallStatus::kTransient); };
  daemon.start();
  EXPECT_FALSE(daemon.engine->has_seen_every_cluster());
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  EXPECT_EQ(daemon.waits_for(id), "ClusterOffline");
  daemon.east().on_pools = report;
  daemon.run_for(kProbeMs);
  EXPECT_TRUE(daemon.engine->has_seen_every_cluster());
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
}

TEST(Placement, DoesNotWaitForAClusterThatIsKnownToBeOffline) {
  TestDaemon daemon(two_clusters());
  daemon.east().is_away = true;
  daemon.start();
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  daemon.run_for(3 * kProbeMs);
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
}

TEST(Placement, NeverTakesAnEmptyViewForNever) {
  TestDaemon daemon(two_clusters());
  daemon.east().is_away = true;
  daemon.start();
  const std::string id = daemon.submit(a_job().wants({a_group(1, 99)}));
  EXPECT_EQ(daemon.waits_for(id), "ClusterOffline");
}

TEST(Placement, IsTriedAgainWhenItCouldNotBeStored) {
  TestDaemon daemon;
  daemon.start();
  daemon.journal.refuses = [](const Change& change) {
    return change.job && change.job->phase == Phase::kScheduled;
  };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  EXPECT_EQ(daemon.held_cpu(), 0);
  EXPECT_TRUE(daemon.west().launched.empty());
  daemon.journal.refuses = [](const Change&) { return false; };
  daemon.run_for(1000);
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
  EXPECT_EQ(daemon.held_cpu(), 1);
}

TEST(Placement, AsksNoClusterBeforeTheIntentIsDurable) {
  TestDaemon daemon;
  daemon.start();
  bool was_durable = false;
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    was_durable = daemon.disk.jobs.at(order.key.job).attempt.launched.wall_ms != 0;
    return daemon.west().create(order.key);
  };
  daemon.submit(a_job());
  EXPECT_TRUE(was_durable);
}

TEST(Placement, NamesTheAttemptAfterTheJob) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job());
  ASSERT_EQ(daemon.west().launched.size(), 1u);
  const LaunchOrder& order = daemon.west().launched[0];
  EXPECT_EQ(order.name, id + "-a1");
  EXPECT_EQ(order.pool, "a");
  EXPECT_EQ(order.user, "maria");
}

TEST(Placement, PausesAClusterWhoseLaunchesFailRepeatedly) {
  TestDaemon daemon(two_clusters());
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) { return a_reply(CallStatus::kTransient); };
  daemon.submit(a_job().in_pool("a"));
  daemon.run_for(10'000);
  EXPECT_EQ(daemon.waits_for(daemon.submit(a_job().in_pool("b"))), "ClusterOffline");
  const std::string elsewhere = daemon.submit(a_job().in_pool("z"));
  EXPECT_EQ(daemon.phase(elsewhere), Phase::kLaunching);
}

}  // namespace
}  // namespace berth
