// What clusters say and do, and what that changes.
#include <gtest/gtest.h>

#include "test_daemon.hpp"

namespace berth {
namespace {

constexpr std::int64_t kLongEnoughMs = 60'000;

SiteBuilder two_clusters() { return the_usual_site().with(a_pool("z").on("east")); }

std::string forget(TestDaemon& daemon, const std::string& cluster) {
  std::string answer = "(no answer)";
  daemon.engine->forget_cluster(cluster, {"root", "burnt down"}, [&](Result<int> said) {
    answer = said ? std::to_string(*said) : said.error().code;
  });
  daemon.settle();
  return answer;
}

std::vector<AttemptKey> released_by(const ScriptedBackend& backend) {
  std::vector<AttemptKey> keys;
  for (const ReleaseOrder& order : backend.released) keys.push_back(order.key);
  return keys;
}

TEST(Strays, AreReleasedWhenAClusterStartsWithThem) {
  TestDaemon daemon;
  daemon.west().statuses[{"jstray", 1}] = "running";
  daemon.west().on_start = [] {
    BackendReply reply;
    reply.found = {{{"jstray", 1}, "uid", kEpoch}, {{"jrestored", 1}, "uid", kEpoch - 1}};
    return reply;
  };
  daemon.start();
  // What belongs to another epoch of the store is left to a person.
  EXPECT_EQ(released_by(daemon.west()), (std::vector<AttemptKey>{{"jstray", 1}}));
}

TEST(Strays, OfJobsThatTheStoreNeverHadAreLeftToAPerson) {
  TestDaemon daemon;
  daemon.unknown_jobs = {"jfound", "jseen"};
  daemon.west().statuses = {{{"jfound", 1}, "running"}, {{"jseen", 1}, "running"}};
  daemon.west().on_start = [] {
    BackendReply reply;
    reply.found = {{{"jfound", 1}, "uid", kEpoch}};
    return reply;
  };
  daemon.start();
  for (int i = 0; i < 2; ++i) daemon.west().tell({"jseen", 1}, "running");
  daemon.run_for(kLongEnoughMs);
  EXPECT_TRUE(daemon.west().released.empty());
  EXPECT_EQ(daemon.engine->strays().size(), 2u);
}

TEST(Strays, OfAnOlderAttemptAreReleasedOnSight) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  ASSERT_EQ(daemon.requeue(id), "");
  ASSERT_EQ(daemon.job(id).attempt.number, 2);
  daemon.tell(id, "running");
  daemon.west().released.clear();
  daemon.west().tell({id, 1}, "bad");
  daemon.settle();
  EXPECT_EQ(released_by(daemon.west()), (std::vector<AttemptKey>{{id, 1}}));
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.job(id).attempt.number, 2);
}

TEST(Strays, AreReleasedAgainUntilThatIsConfirmed) {
  TestDaemon daemon;
  daemon.start();
  int refusals = 3;
  daemon.west().on_release = [&](const ReleaseOrder& order) {
    if (refusals-- > 0) return a_reply(CallStatus::kTransient);
    daemon.west().statuses.erase(order.key);
    return a_reply(CallStatus::kOk);
  };
  for (int i = 0; i < 2; ++i) daemon.west().tell({"jstray", 1}, "running");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.west().released.size(), 4u);
  EXPECT_TRUE(daemon.west().statuses.empty());
}

TEST(Strays, OfAJobThatHasEndedDoNotWakeIt) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.tell(id, "ok");
  ASSERT_EQ(daemon.phase(id), Phase::kSucceeded);
  daemon.west().tell({id, 1}, "bad");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
  EXPECT_TRUE(daemon.west().statuses.empty());
}

TEST(LostCluster, IsNoLostJobByDefault) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.goes_away("west");
  daemon.run_for(100 * kLostMs);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  daemon.comes_back("west");
  daemon.tell(id, "ok");
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
}

TEST(LostCluster, FailsTheJobThatAskedForItButKeepsItsRoom) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().on_cluster_lost(OnClusterLost::kFail));
  daemon.goes_away("west");
  daemon.run_for(kLostMs - 3 * kProbeMs);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  daemon.run_for(3 * kProbeMs);
  EXPECT_EQ(daemon.phase(id), Phase::kReleasing);
  EXPECT_EQ(daemon.job(id).reason, "ClusterLost");
  EXPECT_EQ(daemon.held_cpu(), 1);
  daemon.comes_back("west");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_TRUE(daemon.west().statuses.empty());
  EXPECT_EQ(daemon.held_cpu(), 0);
}

TEST(LostCluster, CountsAnewAfterItWasBack) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().on_cluster_lost(OnClusterLost::kFail));
  for (int i = 0; i < 3; ++i) {
    daemon.goes_away("west");
    daemon.run_for(kLostMs - 5 * kProbeMs);
    daemon.comes_back("west");
  }
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
}

TEST(ForgetCluster, GivesUpWhatRanThere) {
  TestDaemon daemon(two_clusters());
  daemon.start();
  const std::string retried = daemon.run(a_job().with_retries(1));
  const std::string failed = daemon.run(a_job());
  const std::string killed = daemon.run(a_job());
  daemon.goes_away("west");
  EXPECT_EQ(daemon.kill(killed), "");
  EXPECT_EQ(daemon.phase(killed), Phase::kKilling);
  EXPECT_EQ(forget(daemon, "west"), "3");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(killed), Phase::kKilled);
  EXPECT_EQ(daemon.phase(failed), Phase::kFailed);
  EXPECT_EQ(daemon.job(failed).reason, "ClusterLost");
  EXPECT_EQ(daemon.job(retried).attempt.cluster, "east");
  EXPECT_EQ(daemon.held_cpu(), 1);
}

TEST(ForgetCluster, ReleasesOnSightWhatWasGivenUpWhenItComesBackAfterAll) {
  TestDaemon daemon(two_clusters());
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.goes_away("west");
  EXPECT_EQ(forget(daemon, "west"), "1");
  ASSERT_EQ(daemon.phase(id), Phase::kFailed);
  daemon.comes_back("west");
  daemon.west().tell({id, 1}, "running");
  daemon.run_for(kLongEnoughMs);
  EXPECT_TRUE(daemon.west().statuses.empty());
}

TEST(ForgetCluster, IsRefusedForOneThatAnswersOrIsNotKnown) {
  TestDaemon daemon;
  daemon.start();
  EXPECT_EQ(forget(daemon, "west"), "Conflict");
  EXPECT_EQ(forget(daemon, "moon"), "NotFound");
}

TEST(ForgetCluster, GivesUpWhatRanOnOneThatTheSiteNoLongerNames) {
  TestDaemon daemon(two_clusters());
  daemon.start();
  const std::string killed = daemon.run(a_job());
  const std::string running = daemon.run(a_job().with_retries(1));
  std::erase_if(daemon.plan.site().clusters,
                [](const ClusterSetting& cluster) { return cluster.name == "west"; });
  daemon.restart();
  EXPECT_EQ(daemon.kill(killed), "");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(killed), Phase::kKilling);
  EXPECT_EQ(daemon.phase(running), Phase::kRunning);
  EXPECT_EQ(forget(daemon, "west"), "2");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(killed), Phase::kKilled);
  EXPECT_EQ(daemon.job(running).attempt.cluster, "east");
  EXPECT_EQ(forget(daemon, "west"), "NotFound");
}

struct MarkRow {
  std::string name;
  std::string mark;
};

class Marked : public testing::TestWithParam<MarkRow> {};

TEST_P(Marked, TakesNoNewJobsButLetsOldOnesGoOn) {
  TestDaemon daemon;
  daemon.start();
  const std::string old = daemon.run(a_job());
  EXPECT_EQ(daemon.mark("west", GetParam().mark), "");
  EXPECT_EQ(daemon.engine->clusters()[0].state, GetParam().mark);
  const std::string fresh = daemon.submit(a_job());
  EXPECT_EQ(daemon.phase(fresh), Phase::kPending);
  daemon.restart();
  EXPECT_EQ(daemon.phase(fresh), Phase::kPending);
  EXPECT_EQ(daemon.phase(old), Phase::kRunning);
  EXPECT_EQ(daemon.mark("west", ""), "");
  EXPECT_EQ(daemon.phase(fresh), Phase::kLaunching);
}

INSTANTIATE_TEST_SUITE_P(Engine, Marked,
                         testing::Values(MarkRow{"Cordoned", "cordoned"},
                                         MarkRow{"Draining", "draining"}),
                         [](const auto& info) { return info.param.name; });

TEST(Clusters, ShowTheirStateToPeople) {
  TestDaemon daemon(two_clusters());
  daemon.start();
  daemon.run(a_job());
  daemon.goes_away("east");
  const std::vector<ClusterView> views = daemon.engine->clusters();
  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].name, "east");
  EXPECT_EQ(views[0].state, "offline");
  EXPECT_EQ(views[0].message, "no route");
  EXPECT_EQ(views[1].state, "ready");
  EXPECT_EQ(views[1].message, "");
  EXPECT_EQ(views[1].pools, 2);
  EXPECT_EQ(views[1].attempts, 1);
}

TEST(Clusters, ShowWhatTheyCannotPromise) {
  TestDaemon daemon(two_clusters());
  daemon.west().on_start = [] {
    BackendReply reply;
    reply.warnings = {"memory limits are not enforced"};
    return reply;
  };
  daemon.start();
  const std::vector<ClusterView> views = daemon.engine->clusters();
  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].warnings, std::vector<std::string>{});
  EXPECT_EQ(views[1].warnings, std::vector<std::string>{"memory limits are not enforced"});
}

// "west" discovers the pool "c", and reports it beside the site's.
struct DiscoveringDaemon : TestDaemon {
  DiscoveringDaemon() : TestDaemon(plan_of_it()) {
    west().on_pools = [this] {
      BackendReply reply;
      reply.pools = plan.reported_by("west");
      if (!reports_c) return reply;
      ReportedPool c = a_pool("c").with_cpu(32).reported();
      c.discovered = true;
      c.owner = owner_of_c;
      reply.pools.push_back(std::move(c));
      return reply;
    };
  }
  static SiteBuilder plan_of_it() {
    SiteBuilder plan = the_usual_site();
    plan.site().clusters[0].discover_pools = true;
    plan.site().probes.pools_every_ms = kProbeMs;
    return plan;
  }
  std::vector<std::string> warnings() const { return engine->clusters()[0].warnings; }
  bool reports_c = true;
  std::string owner_of_c = "eta";
};

TEST(DiscoveredPools, TakeJobsOfTheirOwner) {
  DiscoveringDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().wants({a_group(1, 20)}));
  EXPECT_EQ(daemon.job(id).attempt.pool, "c");
  EXPECT_EQ(daemon.job(id).attempt.tier, "owned");
  EXPECT_EQ(daemon.west().launched[0].pool, "c");
}

TEST(DiscoveredPools, HoldTheirJobsOverARestart) {
  DiscoveringDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().wants({a_group(1, 20)}));
  daemon.reports_c = false;  // not yet
  daemon.restart();
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.held_cpu(), 20);
  daemon.reports_c = true;
  daemon.run_for(2 * kProbeMs);
  const std::string second = daemon.submit(a_job().wants({a_group(1, 20)}));
  EXPECT_EQ(daemon.phase(second), Phase::kPending) << "the room is the first one's";
  daemon.tell(id, "ok");
  EXPECT_EQ(daemon.job(second).attempt.pool, "c");
}

TEST(DiscoveredPools, LeaveTheirJobsAloneWhenTheyVanish) {
  DiscoveringDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().wants({a_group(1, 20)}));
  daemon.reports_c = false;
  daemon.run_for(2 * kProbeMs);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.held_cpu(), 20);
  EXPECT_EQ(daemon.job(daemon.submit(a_job())).attempt.pool, "a");
  daemon.tell(id, "ok");
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
  EXPECT_EQ(daemon.engine->pools().size(), 2u);
}

TEST(DiscoveredPools, OfAStrangerAreLeftOutWithAWarning) {
  DiscoveringDaemon daemon;
  daemon.owner_of_c = "nobody";
  daemon.start();
  ASSERT_EQ(daemon.warnings().size(), 1u);
  EXPECT_EQ(daemon.warnings()[0], R"(pool "c": the site has no owner "nobody")");
  EXPECT_EQ(daemon.engine->pools().size(), 2u);
  daemon.owner_of_c = "eta";
  daemon.run_for(2 * kProbeMs);
  EXPECT_TRUE(daemon.warnings().empty());
  EXPECT_EQ(daemon.engine->pools().size(), 3u);
}

}  // namespace
}  // namespace berth
