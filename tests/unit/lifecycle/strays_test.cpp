// What an older epoch of the store left on a cluster waits for a person.
#include <gtest/gtest.h>

#include "test_daemon.hpp"

namespace berth {
namespace {

constexpr std::int64_t kLongEnoughMs = 60'000;
const Actor kOperator{"root", "seen"};

// As after a restore: the job waits, and its attempt of the older epoch runs on "west".
class AfterRestore : public testing::Test {
 protected:
  AfterRestore() {
    daemon_.start();
    daemon_.mark("west", "cordoned");
    job_ = daemon_.submit(a_job());
    stray_ = {job_, 1};
    daemon_.west().statuses[stray_] = "running";
    daemon_.west().on_start = [this] {
      BackendReply reply;
      if (daemon_.west().statuses.count(stray_) > 0)
        reply.found = {{stray_, ScriptedBackend::uid_of(stray_), kEpoch - 1}};
      return reply;
    };
    daemon_.restart();
    daemon_.mark("west", "");
    daemon_.run_for(kLongEnoughMs);
  }

  std::string act(void (Engine::*act)(const AttemptKey&, const Actor&, Reply<Nothing>),
                  const AttemptKey& key) {
    std::string answer = "(no answer)";
    (*daemon_.engine.*act)(key, kOperator, [&](Result<Nothing> said) {
      answer = said ? "" : said.error().code;
    });
    daemon_.settle();
    return answer;
  }

  TestDaemon daemon_;
  std::string job_;
  AttemptKey stray_;
};

TEST_F(AfterRestore, TheJobIsNotPlacedBesideItsOldAttempt) {
  EXPECT_EQ(daemon_.phase(job_), Phase::kPending);
  EXPECT_EQ(daemon_.waits_for(job_), "StrayAttempt");
  EXPECT_TRUE(daemon_.west().launched.empty());
  EXPECT_TRUE(daemon_.west().released.empty());
  const auto strays = daemon_.engine->strays();
  ASSERT_EQ(strays.size(), 1u);
  EXPECT_EQ(strays[0].key, stray_);
  EXPECT_EQ(strays[0].epoch, kEpoch - 1);
  EXPECT_EQ(strays[0].job_phase, "Pending");
}

TEST_F(AfterRestore, WhatTheClusterSaysOfItReleasesNothing) {
  daemon_.west().tell(stray_, "ok");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_TRUE(daemon_.west().released.empty());
  EXPECT_EQ(daemon_.phase(job_), Phase::kPending);
}

TEST_F(AfterRestore, AdoptedItIsTheJobsOwnAndIsNotMadeAgain) {
  EXPECT_EQ(act(&Engine::adopt_stray, stray_), "");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon_.phase(job_), Phase::kRunning);
  EXPECT_EQ(daemon_.job(job_).attempt.number, 1);
  EXPECT_EQ(daemon_.job(job_).attempt.cluster, "west");
  EXPECT_TRUE(daemon_.west().launched.empty());
  EXPECT_EQ(daemon_.held_cpu(), 1);
  EXPECT_TRUE(daemon_.engine->strays().empty());
  daemon_.tell(job_, "ok");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon_.phase(job_), Phase::kSucceeded);
  EXPECT_EQ(daemon_.held_cpu(), 0);
}

TEST_F(AfterRestore, AdoptingSurvivesARestart) {
  EXPECT_EQ(act(&Engine::adopt_stray, stray_), "");
  daemon_.restart();
  daemon_.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon_.phase(job_), Phase::kRunning);
  EXPECT_TRUE(daemon_.engine->strays().empty());
}

TEST_F(AfterRestore, AdoptingAlsoEndsAHold) {
  EXPECT_EQ(daemon_.hold(job_), "");
  EXPECT_EQ(act(&Engine::adopt_stray, stray_), "");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon_.phase(job_), Phase::kRunning);
  EXPECT_FALSE(daemon_.job(job_).held);
}

TEST_F(AfterRestore, ReleasedItGoesAndTheJobFindsItsPlace) {
  EXPECT_EQ(act(&Engine::release_stray, stray_), "");
  daemon_.run_for(kLongEnoughMs);
  ASSERT_FALSE(daemon_.west().released.empty());
  EXPECT_EQ(daemon_.west().released[0].uid, ScriptedBackend::uid_of(stray_));
  EXPECT_TRUE(daemon_.engine->strays().empty());
  EXPECT_EQ(daemon_.west().launched.size(), 1u);
  EXPECT_EQ(daemon_.journal.events.back().kind, "Launched");
}

TEST_F(AfterRestore, ReleasingIsRepeatedUntilItIsConfirmed) {
  daemon_.goes_away("west");
  EXPECT_EQ(act(&Engine::release_stray, stray_), "");
  daemon_.run_for(kLongEnoughMs);
  ASSERT_EQ(daemon_.engine->strays().size(), 1u);
  EXPECT_TRUE(daemon_.engine->strays()[0].is_going);
  EXPECT_EQ(act(&Engine::adopt_stray, stray_), "NotFound") << "too late";
  daemon_.comes_back("west");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_TRUE(daemon_.engine->strays().empty());
}

TEST_F(AfterRestore, KillingTheJobLeavesTheStrayToItsOwnWord) {
  EXPECT_EQ(daemon_.kill(job_), "");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_EQ(daemon_.phase(job_), Phase::kKilled);
  EXPECT_EQ(daemon_.engine->strays().size(), 1u);
  EXPECT_EQ(act(&Engine::adopt_stray, stray_), "Conflict");
  EXPECT_EQ(act(&Engine::release_stray, stray_), "");
  daemon_.run_for(kLongEnoughMs);
  EXPECT_TRUE(daemon_.west().statuses.empty());
}

TEST_F(AfterRestore, ThereAreNoOthers) {
  EXPECT_EQ(act(&Engine::adopt_stray, {job_, 2}), "NotFound");
  EXPECT_EQ(act(&Engine::release_stray, {"jother", 1}), "NotFound");
}

TEST(ForgetRemains, TellsTheClusterThatTheJobIsGone) {
  TestDaemon daemon;
  daemon.start();
  daemon.engine->forget_remains("west", {{"jgone", 1}});
  daemon.engine->forget_remains("moon", {{"jgone", 2}});
  daemon.settle();
  ASSERT_EQ(daemon.west().released.size(), 1u);
  EXPECT_TRUE(daemon.west().released[0].forget);
  EXPECT_EQ(daemon.west().released[0].key, (AttemptKey{"jgone", 1}));
}

}  // namespace
}  // namespace berth
