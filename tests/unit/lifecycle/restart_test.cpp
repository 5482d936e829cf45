// A restart is the same path: read unfinished jobs, go on with each.
#include <gtest/gtest.h>

#include "test_daemon.hpp"

namespace berth {
namespace {

constexpr std::int64_t kLongEnoughMs = 60'000;

// The daemon dies while a launch is on its way.
std::string dies_launching(TestDaemon& daemon, bool create_arrives) {
  daemon.start();
  const auto launch = daemon.west().on_launch;
  daemon.west().on_launch = [&daemon, create_arrives](const LaunchOrder& order) {
    if (create_arrives) daemon.west().create(order.key);
    return ScriptedBackend::Script();
  };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
  EXPECT_TRUE(daemon.job(id).attempt.external_ref.empty());
  daemon.west().on_launch = launch;
  daemon.west().launched.clear();
  daemon.restart();
  daemon.run_for(kLongEnoughMs);
  return id;
}

TEST(Restart, AdoptsALaunchThatHadArrived) {
  TestDaemon daemon;
  const std::string id = dies_launching(daemon, /*create_arrives=*/true);
  EXPECT_TRUE(daemon.west().launched.empty());
  EXPECT_EQ(daemon.job(id).attempt.external_ref, "ref-" + id);
  daemon.tell(id, "running");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
}

TEST(Restart, RepeatsALaunchThatHadNotUnderTheSameName) {
  TestDaemon daemon;
  const std::string id = dies_launching(daemon, /*create_arrives=*/false);
  ASSERT_EQ(daemon.west().launched.size(), 1u);
  EXPECT_EQ(daemon.west().launched[0].name, id + "-a1");
  EXPECT_EQ(daemon.west().adopted, (std::vector<AttemptKey>{{id, 1}}));
}

TEST(Restart, FindsWhatRunsAndTakesUpItsRoom) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().wants({a_group(1, 10)}));
  daemon.west().launched.clear();
  daemon.restart();
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_TRUE(daemon.west().launched.empty());
  EXPECT_EQ(daemon.held_cpu(), 10);
  EXPECT_EQ(daemon.job(daemon.submit(a_job().wants({a_group(1, 10)}))).attempt.pool, "b");
  daemon.tell(id, "ok");
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
}

TEST(Restart, LearnsOfAnEndThatHappenedMeanwhile) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.west().statuses[{id, 1}] = "ok";
  daemon.restart();
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
}

TEST(Restart, CallsWhatHasVanishedNodeLost) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  const std::string retried = daemon.run(a_job().with_retries(1));
  daemon.west().statuses.clear();
  daemon.restart();
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_EQ(daemon.job(id).reason, "NodeLost");
  EXPECT_EQ(daemon.job(id).message, "its things have vanished from cluster west");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.job(retried).attempt.number, 2);
}

TEST(Restart, CallsNothingLostWhoseClusterIsAway) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().with_retries(1));
  daemon.west().is_away = true;
  daemon.restart();
  daemon.run_for(10 * kLostMs);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.held_cpu(), 1);
  daemon.comes_back("west");
  daemon.tell(id, "ok");
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
}

TEST(Restart, GoesOnFromScheduled) {
  TestDaemon daemon;
  daemon.start();
  daemon.journal.refuses = [](const Change& change) {
    return change.job && change.job->phase == Phase::kLaunching;
  };
  const std::string id = daemon.submit(a_job());
  ASSERT_EQ(daemon.phase(id), Phase::kScheduled);
  daemon.journal.refuses = [](const Change&) { return false; };
  daemon.restart();
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
  EXPECT_EQ(daemon.west().launched.size(), 1u);
  EXPECT_EQ(daemon.held_cpu(), 1);
}

struct GoingRow {
  std::string name;
  std::string status;  // said before the restart; empty: killed instead
  Phase before;
  Phase after;
};

class Going : public testing::TestWithParam<GoingRow> {};

TEST_P(Going, GoesOnAfterARestart) {
  TestDaemon daemon;
  daemon.start();
  const auto release = daemon.west().on_release;
  daemon.west().on_release = [](const ReleaseOrder&) { return a_reply(CallStatus::kTransient); };
  const std::string id = daemon.run(a_job());
  if (GetParam().status.empty()) {
    EXPECT_EQ(daemon.kill(id), "");
  } else {
    daemon.tell(id, GetParam().status);
  }
  ASSERT_EQ(daemon.phase(id), GetParam().before);
  daemon.west().on_release = release;
  daemon.restart();
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), GetParam().after);
  EXPECT_TRUE(daemon.west().statuses.empty());
  EXPECT_EQ(daemon.held_cpu(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Restart, Going,
    testing::Values(GoingRow{"Killing", "", Phase::kKilling, Phase::kKilled},
                    GoingRow{"ReleasingSuccess", "ok", Phase::kReleasing, Phase::kSucceeded},
                    GoingRow{"ReleasingFailure", "bad", Phase::kReleasing, Phase::kFailed}),
    [](const auto& info) { return info.param.name; });

TEST(Restart, KeepsADeadlineThatHadBegun) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job().with_run_deadline_ms(10'000));
  daemon.run_for(6000);
  daemon.restart();
  daemon.run_for(3999);
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  daemon.run_for(1);
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_EQ(daemon.job(id).reason, "DeadlineExceeded");
}

TEST(Restart, KeepsThePoolsThatWereLeftOut) {
  TestDaemon daemon;
  daemon.start();
  daemon.run(a_job().wants({a_group(1, 16)}).in_pool("b"));
  const std::string id = daemon.submit(a_job().with_start_deadline_ms(5000));
  daemon.run_for(5000);
  ASSERT_EQ(daemon.phase(id), Phase::kPending);
  daemon.restart();
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  EXPECT_EQ(daemon.job(id).excluded_pools, std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace berth
