#include <gtest/gtest.h>

#include <map>

#include "stored.hpp"

namespace berth {
namespace {

// Field by field, with the class by value.
void expect_same(Job found, const Job& wanted) {
  ASSERT_TRUE(found.wanted);
  EXPECT_EQ(*found.wanted, *wanted.wanted);
  found.wanted = wanted.wanted;
  EXPECT_TRUE(found == wanted) << found.id;
}

class Restart : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Restart, KeepsUnfinishedJobsExactly) {
  Random random(GetParam());
  const PrivateFolder folder;
  std::map<std::string, Job> wanted;
  {
    Stored stored(folder / "berth.db");
    std::vector<Change> changes;
    for (int i = 0; i < 60; ++i) {
      const Job job = random_job("j" + std::to_string(i), random);
      changes.push_back(accepting(job));
      wanted[job.id] = job;
    }
    for (int i = 0; i < 60; i += 2) {  // every other one changes, in all that may
      Job& job = wanted.at("j" + std::to_string(i));
      Job changed = random_job(job.id, random);
      changed.name = job.name;
      changed.wanted = job.wanted;
      changed.owner = job.owner;
      changed.user = job.user;
      changed.uid = job.uid;
      changed.gid = job.gid;
      changed.submitted = job.submitted;
      job = changed;
      changes.push_back(changing(job, "Changed"));
    }
    for (const Committed& answer : stored.commit_all(std::move(changes)))
      ASSERT_EQ(answer.outcome, Committed::Outcome::kDone) << answer.message;
  }
  Stored again(folder / "berth.db");
  const std::vector<Job> found = again->unfinished_jobs();
  ASSERT_EQ(found.size(), wanted.size());
  for (const Job& job : found) expect_same(job, wanted.at(job.id));
  EXPECT_EQ(found.front().id, "j0") << "in the order of acceptance";
  EXPECT_EQ(found.back().id, "j59");
}

INSTANTIATE_TEST_SUITE_P(Seeds, Restart, testing::Range<std::uint64_t>(1, 9));

TEST(RestartedStore, LeavesFinishedJobsInTheFile) {
  const PrivateFolder folder;
  {
    Stored stored(folder / "berth.db");
    stored.commit(accepting(a_job("j1")));
    stored.commit(accepting(a_job("j2")));
    stored.commit(changing(ended(a_job("j1"), 5'000), "Finished"));
  }
  Stored again(folder / "berth.db");
  const std::vector<Job> unfinished = again->unfinished_jobs();
  ASSERT_EQ(unfinished.size(), 1u);
  EXPECT_EQ(unfinished[0].id, "j2");
  EXPECT_EQ(again->new_reader()->job("j1")->phase, Phase::kSucceeded);
}

TEST(RestartedStore, SharesOneClassAmongEqualJobs) {
  const PrivateFolder folder;
  {
    Stored stored(folder / "berth.db");
    for (const char* id : {"j1", "j2"}) {
      Job job = a_job(id);
      job.wanted = std::make_shared<const JobClass>(*job.wanted);
      stored.commit(accepting(job));
    }
  }
  Stored again(folder / "berth.db");
  const std::vector<Job> jobs = again->unfinished_jobs();
  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_EQ(jobs[0].wanted, jobs[1].wanted);
}

TEST(RestartedStore, IsTheSameInstance) {
  const PrivateFolder folder;
  std::string instance;
  {
    Stored stored(folder / "berth.db");
    instance = stored->identity().instance;
    EXPECT_EQ(instance.size(), 16u);
    EXPECT_EQ(stored->identity().epoch, 1);
  }
  Stored again(folder / "berth.db");
  EXPECT_EQ(again->identity().instance, instance);
}

TEST(RestartedStore, GoesOnWithHigherSequences) {
  const PrivateFolder folder;
  const Committed first = Stored(folder / "berth.db").commit(accepting(a_job("j1")));
  const Committed second = Stored(folder / "berth.db").commit(accepting(a_job("j2")));
  EXPECT_GT(second.sequence, first.sequence);
}

}  // namespace
}  // namespace berth
