// A kill at any moment releases.
#include <gtest/gtest.h>

#include "test_daemon.hpp"

namespace berth {
namespace {

constexpr std::int64_t kLongEnoughMs = 60'000;

struct MomentRow {
  std::string name;
  std::function<std::string(TestDaemon&)> arrive;  // gives the job
  Phase phase;
  std::function<void(TestDaemon&)> afterwards;
  std::size_t launched;
  bool releases;
};

class KillAt : public testing::TestWithParam<MomentRow> {};

TEST_P(KillAt, ReleasesAndLeavesNothing) {
  const MomentRow& row = GetParam();
  TestDaemon daemon;
  daemon.start();
  const std::string id = row.arrive(daemon);
  ASSERT_EQ(daemon.phase(id), row.phase);
  EXPECT_EQ(daemon.kill(id), "");
  row.afterwards(daemon);
  daemon.run_for(kLongEnoughMs);
  const Job& job = daemon.job(id);
  EXPECT_EQ(job.phase, Phase::kKilled);
  EXPECT_EQ(job.reason, "KilledByUser");
  EXPECT_EQ(job.termination.user, "maria");
  EXPECT_EQ(job.termination.reason, "because");
  EXPECT_FALSE(job.has_live_attempt());
  EXPECT_EQ(daemon.west().launched.size(), row.launched);
  EXPECT_EQ(!daemon.west().released.empty(), row.releases);
  EXPECT_TRUE(daemon.west().statuses.empty());
  EXPECT_EQ(daemon.held_cpu(), 0);
  EXPECT_EQ(daemon.engine->unfinished(), 0u);
}

void nothing(TestDaemon&) {}

std::string waiting(TestDaemon& daemon) {
  return daemon.submit(a_job().wants({a_group(1, 99)}));
}
std::string held(TestDaemon& daemon) {
  const std::string id = waiting(daemon);
  EXPECT_EQ(daemon.hold(id), "");
  return id;
}
std::string scheduled(TestDaemon& daemon) {
  daemon.journal.refuses = [](const Change& change) {
    return change.job && change.job->phase == Phase::kLaunching;
  };
  return daemon.submit(a_job());
}
std::string being_launched(TestDaemon& daemon) {
  daemon.west().on_launch = [](const LaunchOrder&) { return ScriptedBackend::Script(); };
  return daemon.submit(a_job());
}
std::string launched(TestDaemon& daemon) { return daemon.submit(a_job()); }
std::string running(TestDaemon& daemon) { return daemon.run(a_job()); }
std::string refused_for_now(TestDaemon& daemon) {
  daemon.west().on_launch = [](const LaunchOrder&) {
    return a_reply(CallStatus::kTransient, "busy");
  };
  return daemon.submit(a_job());
}
std::string lost_and_not_yet_released(TestDaemon& daemon) {
  const std::string id = daemon.run(a_job().with_retries(3));
  daemon.west().on_release = [](const ReleaseOrder&) { return a_reply(CallStatus::kTransient); };
  daemon.tell(id, "lost");
  return id;
}

void launch_succeeds_after_all(TestDaemon& daemon) {
  for (const LaunchOrder& order : daemon.west().launched) {
    const BackendReply made = daemon.west().create(order.key);
    daemon.west().answer_open_calls(made);
  }
}
void releases_work_again(TestDaemon& daemon) {
  daemon.west().on_release = [&daemon](const ReleaseOrder& order) {
    daemon.west().statuses.erase(order.key);
    return a_reply(CallStatus::kOk, "gone");
  };
}

INSTANTIATE_TEST_SUITE_P(
    Engine, KillAt,
    testing::Values(
        MomentRow{"Pending", waiting, Phase::kPending, nothing, 0, false},
        MomentRow{"Held", held, Phase::kPending, nothing, 0, false},
        MomentRow{"Scheduled", scheduled, Phase::kScheduled, nothing, 0, false},
        MomentRow{"BeingLaunched", being_launched, Phase::kLaunching, launch_succeeds_after_all, 1,
                  true},
        MomentRow{"LaunchRefusedForNow", refused_for_now, Phase::kLaunching, nothing, 1, false},
        MomentRow{"Launched", launched, Phase::kLaunching, nothing, 1, true},
        MomentRow{"Running", running, Phase::kRunning, nothing, 1, true},
        MomentRow{"ReleasingToBeRetried", lost_and_not_yet_released, Phase::kReleasing,
                  releases_work_again, 1, true}),
    [](const auto& info) { return info.param.name; });

TEST(Kill, TwiceIsGrantedTwiceAndDoneOnce) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  int granted = 0;
  for (int i = 0; i < 2; ++i) {
    daemon.engine->kill(id, {"maria", "because"},
                        [&](Result<Nothing> said) { granted += said.has_value(); });
  }
  daemon.settle();
  EXPECT_EQ(granted, 2);
  EXPECT_EQ(daemon.phase(id), Phase::kKilled);
  EXPECT_EQ(daemon.west().released.size(), 1u);
}

TEST(Kill, AfterTheEndFindsNothing) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.tell(id, "ok");
  ASSERT_EQ(daemon.phase(id), Phase::kSucceeded);
  EXPECT_EQ(daemon.kill(id), "NotFound");
  EXPECT_EQ(daemon.kill("jnever0000000a"), "NotFound");
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
}

TEST(Kill, ChangesNothingOnceTheOutcomeIsKnown) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.west().on_release = [](const ReleaseOrder&) { return a_reply(CallStatus::kTransient); };
  daemon.tell(id, "ok");
  ASSERT_EQ(daemon.phase(id), Phase::kReleasing);
  EXPECT_EQ(daemon.kill(id), "");
  releases_work_again(daemon);
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kSucceeded);
}

TEST(Release, SaysWhatHoldsItOnceForEachReason) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  std::string held_by = "finalizer a";
  daemon.west().on_release = [&](const ReleaseOrder&) {
    return a_reply(CallStatus::kTransient, held_by);
  };
  daemon.kill(id);
  daemon.run_for(kLongEnoughMs);
  held_by = "finalizer b";
  daemon.run_for(kLongEnoughMs);
  releases_work_again(daemon);
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kKilled);
  std::vector<std::string> told;
  for (const Event& event : daemon.journal.events)
    if (event.kind == "ReleaseWaits") told.push_back(event.message);
  EXPECT_EQ(told, (std::vector<std::string>{"finalizer a", "finalizer b"}));
}

TEST(Kill, IsTriedAgainUntilItIsConfirmedThoughTheClusterIsAway) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.goes_away("west");
  EXPECT_EQ(daemon.kill(id), "");
  daemon.run_for(3'600'000);
  EXPECT_EQ(daemon.phase(id), Phase::kKilling);
  EXPECT_EQ(daemon.held_cpu(), 1);
  daemon.comes_back("west");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kKilled);
  EXPECT_EQ(daemon.held_cpu(), 0);
}

TEST(Kill, SettlesADoubtfulLaunchBeforeItReleases) {
  TestDaemon daemon;
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) { return a_reply(CallStatus::kUnknown); };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.kill(id), "");
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kKilling);
  EXPECT_TRUE(daemon.west().released.empty());
  daemon.west().on_launch = [&](const LaunchOrder& order) {
    return daemon.west().create(order.key);
  };
  daemon.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon.phase(id), Phase::kKilled);
  EXPECT_TRUE(daemon.west().statuses.empty());
}

TEST(Kill, ReleasesADoubtfulLaunchAtOnceWhereReleasesBeatLateLaunches) {
  TestDaemon daemon;
  daemon.west().on_start = [] {
    BackendReply reply;
    reply.tombstones = true;
    return reply;
  };
  daemon.start();
  daemon.west().on_launch = [](const LaunchOrder&) { return a_reply(CallStatus::kUnknown); };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.kill(id), "");
  daemon.run_for(1000);
  EXPECT_EQ(daemon.phase(id), Phase::kKilled);
  EXPECT_EQ(daemon.west().released.size(), 1u);
}

TEST(Kill, SaysSoWhenItCouldNotBeStored) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.journal.refuses = [](const Change&) { return true; };
  EXPECT_EQ(daemon.kill(id), "StoreFull");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  daemon.journal.refuses = [](const Change&) { return false; };
  EXPECT_EQ(daemon.kill(id), "");
  EXPECT_EQ(daemon.phase(id), Phase::kKilled);
}

}  // namespace
}  // namespace berth
