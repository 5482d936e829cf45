// At the door.
#include <gtest/gtest.h>

#include "model/id.hpp"
#include "test_daemon.hpp"

namespace berth {
namespace {

Submission keyed(const std::string& key, const std::string& body) {
  Submission submission = TestDaemon::submission_of(a_job());
  submission.accepted.idempotency_key = key;
  submission.accepted.body_hash = body;
  return submission;
}

Submission strict(const JobBuilder& job) {
  Submission submission = TestDaemon::submission_of(job);
  submission.strict = true;
  return submission;
}

TEST(Submit, AnswersOnlyOnceTheJobIsDurable) {
  TestDaemon daemon;
  daemon.start();
  bool was_durable = false;
  daemon.engine->submit(TestDaemon::submission_of(a_job()), [&](Result<Submitted> said) {
    was_durable = daemon.disk.jobs.count(said->id) == 1 && is_job_id(said->id);
  });
  EXPECT_FALSE(was_durable);
  daemon.settle();
  EXPECT_TRUE(was_durable);
}

TEST(Submit, RefusesAtTheDoorWhatNoPoolCouldEverTakeWhenStrict) {
  TestDaemon daemon;
  daemon.start();
  const auto answer = daemon.try_submit(strict(a_job().wants({a_group(1, 99)})));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "NoMatchingPool");
  EXPECT_EQ(answer.error().message, "west/a: no room; west/b: no room");
  EXPECT_TRUE(daemon.disk.jobs.empty());
}

TEST(Submit, TakesAStrictJobThatOnlyHasToWait) {
  TestDaemon daemon;
  daemon.start();
  daemon.run(a_job().wants({a_group(1, 16)}).in_pool("a"));
  EXPECT_TRUE(daemon.try_submit(strict(a_job().wants({a_group(1, 16)}).in_pool("a"))));
}

TEST(Submit, TakesWhatNoPoolCouldEverTakeWhenItIsNotStrict) {
  TestDaemon daemon;
  daemon.start();
  const std::string id = daemon.submit(a_job().wants({a_group(1, 99)}));
  EXPECT_EQ(daemon.waits_for(id), "NoMatchingPool");
}

TEST(Submit, RefusesNothingBeforeEveryClusterWasHeardOf) {
  TestDaemon daemon;
  daemon.west().is_away = true;
  daemon.start();
  EXPECT_TRUE(daemon.try_submit(strict(a_job().wants({a_group(1, 99)}))));
}

TEST(Submit, SaysQueueFullAtTheLimit) {
  SiteBuilder plan = the_usual_site();
  plan.site().limits.jobs_unfinished_max = 2;
  TestDaemon daemon(plan);
  daemon.start();
  std::vector<std::string> answers;
  for (int i = 0; i < 3; ++i) {  // the third while the others are on their way to the store
    daemon.engine->submit(TestDaemon::submission_of(a_job()), [&](Result<Submitted> said) {
      answers.push_back(said ? "taken" : said.error().code);
    });
  }
  daemon.settle();
  EXPECT_EQ(answers, (std::vector<std::string>{"QueueFull", "taken", "taken"}));
  daemon.tell(daemon.disk.jobs.begin()->first, "ok");
  EXPECT_TRUE(daemon.try_submit(TestDaemon::submission_of(a_job())));
}

TEST(Submit, SaysQueueFullAtTheShareOfOneUser) {
  TestDaemon daemon;
  daemon.start();
  const auto of_user = [](std::uint32_t uid) {
    Submission submission = TestDaemon::submission_of(a_job());
    submission.job.uid = uid;
    submission.jobs_of_user_max = 2;
    return submission;
  };
  std::vector<std::string> answers;
  for (int i = 0; i < 3; ++i) {  // the third while the others are on their way to the store
    daemon.engine->submit(of_user(7), [&](Result<Submitted> said) {
      answers.push_back(said ? "taken" : said.error().code);
    });
  }
  daemon.settle();
  EXPECT_EQ(answers, (std::vector<std::string>{"QueueFull", "taken", "taken"}));
  EXPECT_TRUE(daemon.try_submit(of_user(8)));
  daemon.tell(daemon.disk.jobs.begin()->first, "ok");
  EXPECT_TRUE(daemon.try_submit(of_user(7)));
  EXPECT_EQ(daemon.try_submit(of_user(7)).error().code, "QueueFull");
}

TEST(Submit, GivesTheFirstJobForARepeatedKey) {
  TestDaemon daemon;
  daemon.start();
  const auto first = daemon.try_submit(keyed("k", "body"));
  const auto again = daemon.try_submit(keyed("k", "body"));
  ASSERT_TRUE(first && again);
  EXPECT_FALSE(first->repeated);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(daemon.disk.jobs.size(), 1u);
  EXPECT_EQ(daemon.engine->unfinished(), 1u);
}

TEST(Submit, RefusesAnotherRequestUnderAUsedKey) {
  TestDaemon daemon;
  daemon.start();
  daemon.try_submit(keyed("k", "body"));
  const auto other = daemon.try_submit(keyed("k", "other body"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "IdempotencyConflict");
}

TEST(Submit, SaysStoreFullAndForgetsTheJob) {
  TestDaemon daemon;
  daemon.start();
  daemon.journal.refuses = [](const Change&) { return true; };
  const auto answer = daemon.try_submit(TestDaemon::submission_of(a_job()));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "StoreFull");
  EXPECT_EQ(daemon.engine->unfinished(), 0u);
}

TEST(Submit, FailsAJobThatNoPoolTakesWhereTheSiteSaysSo) {
  TestDaemon daemon(the_usual_site(), OnNoMatch::kFail);
  daemon.start();
  const std::string id = daemon.submit(a_job().wants({a_group(1, 99)}));
  EXPECT_EQ(daemon.phase(id), Phase::kFailed);
  EXPECT_EQ(daemon.job(id).reason, "NoMatchingPool");
}

TEST(Submit, KeepsWhatWasNotedOfTheRequest) {
  TestDaemon daemon;
  daemon.start();
  Submission submission = TestDaemon::submission_of(a_job());
  for (int i = 0; i < 30; ++i) submission.notes.push_back({"sim.x", "is rounded up", ""});
  const auto answer = daemon.try_submit(std::move(submission));
  ASSERT_TRUE(answer);
  std::vector<std::string> notes;
  for (const Event& event : daemon.journal.events)
    if (event.kind == "RequestNote") notes.push_back(event.message);
  ASSERT_EQ(notes.size(), 20u);
  EXPECT_EQ(notes.front(), "sim.x: is rounded up");
  EXPECT_EQ(notes.back(), "and 11 more notes");
}

}  // namespace
}  // namespace berth
