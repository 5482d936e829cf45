// Hold, resume, requeue.
#include <gtest/gtest.h>

#include "test_daemon.hpp"

namespace berth {
namespace {

JobBuilder whole_pool() { return a_job().wants({a_group(1, 16)}).in_pool("a"); }

TEST(Hold, KeepsAJobOutOfTheQueueUntilItIsResumed) {
  TestDaemon daemon;
  daemon.start();
  const std::string first = daemon.run(whole_pool());
  const std::string id = daemon.submit(whole_pool());
  EXPECT_EQ(daemon.hold(id), "");
  EXPECT_EQ(daemon.waits_for(id), "Held");
  EXPECT_EQ(daemon.job(id).held_by, "maria");
  daemon.tell(first, "ok");
  daemon.run_for(60'000);
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  EXPECT_EQ(daemon.resume(id), "");
  EXPECT_EQ(daemon.phase(id), Phase::kLaunching);
  EXPECT_FALSE(daemon.job(id).held);
}

TEST(Hold, WinsOverAPlacementThatIsNotYetStored) {
  TestDaemon daemon;
  daemon.start();
  daemon.journal.refuses = [](const Change& change) {
    return change.job && change.job->phase == Phase::kScheduled;
  };
  const std::string id = daemon.submit(a_job());
  EXPECT_EQ(daemon.hold(id), "");
  daemon.journal.refuses = [](const Change&) { return false; };
  daemon.run_for(60'000);
  EXPECT_EQ(daemon.phase(id), Phase::kPending);
  EXPECT_EQ(daemon.held_cpu(), 0);
}

TEST(Hold, OutlivesTheDaemon) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().wants({a_group(1, 99)}));
  EXPECT_EQ(daemon.hold(id), "");
  daemon.restart();
  EXPECT_EQ(daemon.waits_for(id), "Held");
}

struct WishRow {
  std::string name;
  std::string (TestDaemon::*wish)(const std::string&);
  Phase phase;
  std::string answer;
};

class WishOf : public testing::TestWithParam<WishRow> {};

TEST_P(WishOf, IsGrantedOrRefusedByPhase) {
  TestDaemon daemon;
  daemon.start();
  std::string id;
  if (GetParam().phase == Phase::kPending) id = daemon.submit(a_job().wants({a_group(1, 99)}));
  if (GetParam().phase == Phase::kLaunching) id = daemon.submit(a_job());
  if (GetParam().phase == Phase::kRunning) id = daemon.run(a_job());
  if (GetParam().phase == Phase::kReleasing) {
    id = daemon.run(a_job());
    daemon.west().on_release = [](const ReleaseOrder&) { return a_reply(CallStatus::kTransient); };
    daemon.tell(id, "ok");
  }
  ASSERT_EQ(daemon.phase(id), GetParam().phase);
  EXPECT_EQ((daemon.*GetParam().wish)(id), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Engine, WishOf,
    testing::Values(
        WishRow{"HoldPending", &TestDaemon::hold, Phase::kPending, ""},
        WishRow{"HoldLaunching", &TestDaemon::hold, Phase::kLaunching, "Conflict"},
        WishRow{"HoldRunning", &TestDaemon::hold, Phase::kRunning, "Conflict"},
        WishRow{"HoldReleasing", &TestDaemon::hold, Phase::kReleasing, "Conflict"},
        WishRow{"ResumeWhatIsNotHeld", &TestDaemon::resume, Phase::kPending, ""},
        WishRow{"ResumeRunning", &TestDaemon::resume, Phase::kRunning, ""},
        WishRow{"RequeuePending", &TestDaemon::requeue, Phase::kPending, "Conflict"},
        WishRow{"RequeueLaunching", &TestDaemon::requeue, Phase::kLaunching, ""},
        WishRow{"RequeueRunning", &TestDaemon::requeue, Phase::kRunning, ""},
        WishRow{"RequeueReleasing", &TestDaemon::requeue, Phase::kReleasing, "Conflict"}),
    [](const auto& info) { return info.param.name; });

TEST(Requeue, ReleasesTheAttemptAndPlacesTheJobAgain) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  EXPECT_EQ(daemon.requeue(id), "");
  const Job& job = daemon.job(id);
  EXPECT_EQ(job.phase, Phase::kLaunching);
  EXPECT_EQ(job.attempt.number, 2);
  EXPECT_EQ(job.retries_used, 0);
  EXPECT_TRUE(job.excluded_pools.empty());
  EXPECT_EQ(daemon.disk.attempts.at({id, 1}).reason, "Requeued");
  EXPECT_TRUE(daemon.disk.attempts.at({id, 1}).released);
  EXPECT_EQ(daemon.west().statuses.count({id, 1}), 0u);
  EXPECT_EQ(daemon.held_cpu(), 1);
}

TEST(Wishes, OfJobsThatAreNotHereAreNotFound) {
  TestDaemon daemon;
  daemon.start();
  for (const auto wish : {&TestDaemon::kill, &TestDaemon::hold, &TestDaemon::resume,
                          &TestDaemon::requeue}) {
    EXPECT_EQ((daemon.*wish)("jnever0000000a"), "NotFound");
  }
}

TEST(Wishes, AreAnsweredThoughTheDaemonIsStopping) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.run(a_job());
  daemon.engine->stop();
  EXPECT_EQ(daemon.kill(id), "Stopping");
  EXPECT_EQ(daemon.phase(id), Phase::kRunning);
  EXPECT_EQ(daemon.try_submit(TestDaemon::submission_of(a_job())).error().code, "Stopping");
}

}  // namespace
}  // namespace berth
