#include "fleet/cluster_controller.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "support/builders.hpp"
#include "support/scripted_backend.hpp"
#include "support/virtual_loop.hpp"

namespace berth {
namespace {

constexpr std::int64_t kProbeMs = 1000;
constexpr std::int64_t kPoolsMs = 60'000;
constexpr std::int64_t kPauseMs = 5000;

ProbeSettings probe_settings() {
  ProbeSettings probes;
  probes.health_every_ms = kProbeMs;
  probes.pools_every_ms = kPoolsMs;
  probes.offline_after_failures = 3;
  probes.breaker_failures = 2;
  probes.breaker_pause_ms = kPauseMs;
  return probes;
}

// One cluster, and what its controller said.
class ClusterControllerTest : public testing::Test, public ClusterListener {
 protected:
  void cluster_started(const std::string&, StartReport report) override {
    said.push_back("started");
    start_report = std::move(report);
  }
  void cluster_changed(const std::string&) override {
    said.push_back(cluster->health() == ClusterHealth::kReady ? "ready" : "away");
    if (cluster->is_breaker_open()) said.back() = "paused";
  }
  void cluster_reported(const std::string&, std::vector<ReportedPool> pools) override {
    said.push_back("reported " + std::to_string(pools.size()));
  }
  void cluster_workload(const std::string&, WorkloadEvent event) override {
    said.push_back(event.key.job + " is " + event.native_status);
  }

  void begin() {
    cluster->start();
    loop.settle();
  }
  void away() {
    backend.on_health = [] { return a_reply(CallStatus::kTransient, "no route"); };
  }
  void back() {
    backend.on_health = [] { return a_reply(CallStatus::kOk); };
  }
  void probes(int times) { loop.run_for(times * kProbeMs); }

  using Said = std::vector<std::string>;
  VirtualLoop loop;
  ScriptedBackend backend{loop};
  Said said;
  StartReport start_report;
  std::unique_ptr<ClusterController> cluster = std::make_unique<ClusterController>(
      ClusterSetting{"west", "fake", "", "", {}}, probe_settings(), backend, loop, loop, *this);
};

TEST_F(ClusterControllerTest, StartsProbesAndAsksForPools) {
  EXPECT_EQ(cluster->health(), ClusterHealth::kStarting);
  EXPECT_FALSE(cluster->is_known());
  backend.on_start = [] {
    BackendReply reply;
    reply.found = {{{"j1", 1}, "uid", 7}};
    reply.tombstones = true;
    reply.warnings = {"memory limits are not enforced"};
    return reply;
  };
  begin();
  EXPECT_EQ(said, (Said{"ready", "started", "reported 0"}));
  ASSERT_EQ(start_report.found.size(), 1u);
  EXPECT_EQ(start_report.found[0].epoch, 7);
  EXPECT_TRUE(start_report.tombstones);
  EXPECT_EQ(cluster->warnings(), Said{"memory limits are not enforced"});
  EXPECT_TRUE(cluster->is_known());
  EXPECT_EQ(cluster->message(), "");
}

TEST_F(ClusterControllerTest, StartsAgainAndAgainUntilTheBackendStarts) {
  backend.on_start = [] { return a_reply(CallStatus::kTransient, "operator is not installed"); };
  begin();
  EXPECT_EQ(said, Said{});
  EXPECT_EQ(cluster->message(), "operator is not installed");
  probes(2);
  EXPECT_EQ(said, Said{"away"});
  EXPECT_TRUE(cluster->is_known());  // decisions need not wait for it
  probes(20);
  EXPECT_EQ(backend.starts, 23);
  EXPECT_EQ(backend.probes, 0);
  backend.on_start = [] { return a_reply(CallStatus::kOk); };
  probes(1);
  EXPECT_EQ(said, (Said{"away", "ready", "started", "reported 0"}));
  probes(5);
  EXPECT_EQ(backend.starts, 24);
}

TEST_F(ClusterControllerTest, IsOfflineOnlyAfterSeveralFailuresInARow) {
  begin();
  said.clear();
  away();
  probes(2);
  EXPECT_EQ(said, Said{});
  EXPECT_EQ(cluster->health(), ClusterHealth::kReady);
  probes(1);
  EXPECT_EQ(said, Said{"away"});
  EXPECT_EQ(cluster->message(), "no route");
  probes(10);
  EXPECT_EQ(said, Said{"away"});
  back();
  probes(1);
  EXPECT_EQ(said, (Said{"away", "ready"}));
  EXPECT_EQ(cluster->message(), "");
}

TEST_F(ClusterControllerTest, ChangesNothingWhenALinkBlinks) {
  begin();
  said.clear();
  for (int i = 0; i < 5; ++i) {
    away();
    probes(2);
    back();
    probes(1);
  }
  EXPECT_EQ(said, Said{});
  EXPECT_EQ(cluster->message(), "");
}

TEST_F(ClusterControllerTest, CountsItsAbsenceFromTheFirstMiss) {
  begin();
  away();
  probes(2);
  EXPECT_EQ(cluster->offline_ms(), 0);
  probes(8);
  EXPECT_EQ(cluster->offline_ms(), 9 * kProbeMs);
  back();
  probes(1);
  EXPECT_EQ(cluster->offline_ms(), 0);
}

TEST_F(ClusterControllerTest, AsksForPoolsOnAPeriodAndTakesPushedOnesAtOnce) {
  begin();
  said.clear();
  loop.run_for(kPoolsMs);
  EXPECT_EQ(said, Said{"reported 0"});
  backend.events().pools_changed({a_pool("gpu-a").reported()});
  EXPECT_EQ(said, (Said{"reported 0", "reported 1"}));
}

TEST_F(ClusterControllerTest, AsksSoonAgainForPoolsItNeverHeardOf) {
  backend.on_pools = [] { return a_reply(CallStatus::kTransient); };
  begin();
  EXPECT_FALSE(cluster->is_known());
  backend.on_pools = [] { return a_reply(CallStatus::kOk); };
  probes(1);
  EXPECT_TRUE(cluster->has_reported());
}

TEST_F(ClusterControllerTest, HandsOnWhatTheBackendSaysOfWorkloads) {
  begin();
  said.clear();
  backend.tell({"j1", 2}, "running");
  EXPECT_EQ(said, Said{"j1 is running"});
}

TEST_F(ClusterControllerTest, PausesLaunchesAfterSeveralFailuresInARow) {
  begin();
  said.clear();
  cluster->launch_failed();
  cluster->launch_succeeded();
  cluster->launch_failed();
  EXPECT_FALSE(cluster->is_breaker_open());
  cluster->launch_failed();
  EXPECT_TRUE(cluster->is_breaker_open());
  cluster->launch_failed();
  EXPECT_EQ(said, Said{"paused"});
  loop.run_for(kPauseMs);
  EXPECT_FALSE(cluster->is_breaker_open());
  EXPECT_EQ(said, (Said{"paused", "ready"}));
}

TEST_F(ClusterControllerTest, PausesAgainWhenTheFirstLaunchAfterAPauseFails) {
  begin();
  for (int i = 0; i < 2; ++i) cluster->launch_failed();
  loop.run_for(kPauseMs);
  cluster->launch_failed();
  EXPECT_TRUE(cluster->is_breaker_open());
  loop.run_for(kPauseMs);
  cluster->launch_succeeded();
  cluster->launch_failed();
  EXPECT_FALSE(cluster->is_breaker_open());
}

TEST_F(ClusterControllerTest, IsSilentOnceStopped) {
  begin();
  for (int i = 0; i < 2; ++i) cluster->launch_failed();
  said.clear();
  cluster->stop();
  backend.tell({"j1", 1}, "running");
  backend.events().pools_changed({});
  away();
  const int probes_before = backend.probes;
  probes(60);
  EXPECT_EQ(said, Said{});
  EXPECT_EQ(backend.probes, probes_before);
}

TEST_F(ClusterControllerTest, IsNotMissedByAnswersThatComeAfterItsEnd) {
  const auto never = [] { return ScriptedBackend::Script(); };
  backend.on_start = never;
  begin();
  ASSERT_EQ(backend.open_calls(), 1u);
  cluster.reset();
  backend.answer_open_calls(a_reply(CallStatus::kOk));
  probes(10);
  EXPECT_EQ(said, Said{});
}

}  // namespace
}  // namespace berth
