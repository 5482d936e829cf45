#include "lifecycle/roster.hpp"

#include <gtest/gtest.h>

#include "lifecycle/world.hpp"
#include "support/builders.hpp"

namespace berth {
namespace {

std::shared_ptr<const JobClass> a_class() { return std::make_shared<const JobClass>(); }

Job a_waiting_job(const std::string& id, std::shared_ptr<const JobClass> wanted) {
  Job job;
  job.id = id;
  job.name = "train-" + id;
  job.wanted = std::move(wanted);
  job.owner = "eta-team";
  job.user = "maria";
  job.uid = 1000;
  job.gid = 100;
  job.priority = 50;
  job.submitted = {1000, 20, 3};
  job.start_deadline_ms = 600'000;
  job.retry_limit = 2;
  job.retry_on = {"NodeLost", "Preempted"};
  return job;
}

// What may differ between two waiting jobs, each alone.
struct Difference {
  const char* name;
  void (*make)(Job& job);
};

const Difference kDifferences[] = {
    {"none", [](Job&) {}},
    {"name", [](Job& job) { job.name = "a name that is too long to stand in the string itself"; }},
    {"class", [](Job& job) { job.wanted = a_class(); }},
    {"owner", [](Job& job) { job.owner = "ops"; }},
    {"user", [](Job& job) { job.user = "jo"; }},
    {"uid", [](Job& job) { job.uid = 7; }},
    {"gid", [](Job& job) { job.gid = 7; }},
    {"priority", [](Job& job) { job.priority = -3; }},
    {"held", [](Job& job) { job.held = true; }},
    {"held_by", [](Job& job) { job.held_by = "jo"; }},
    {"held_reason", [](Job& job) { job.held_reason = "wait for the schema"; }},
    {"submitted", [](Job& job) { job.submitted = {2000, 30, 4}; }},
    {"ended", [](Job& job) { job.ended = {2000, 30, 4}; }},
    {"start_deadline", [](Job& job) { job.start_deadline_ms = 1; }},
    {"run_deadline", [](Job& job) { job.run_deadline_ms = 1; }},
    {"retry_limit", [](Job& job) { job.retry_limit = 9; }},
    {"retry_on", [](Job& job) { job.retry_on = {"AppFailed"}; }},
    {"on_cluster_lost", [](Job& job) { job.on_cluster_lost = OnClusterLost::kFail; }},
    {"retries_used", [](Job& job) { job.retries_used = 1; }},
    {"start_failures", [](Job& job) { job.start_failures = 1; }},
    {"excluded_pools", [](Job& job) { job.excluded_pools = {"a"}; }},
    {"verdict", [](Job& job) { job.verdict = Verdict::kRetry; }},
    {"reason", [](Job& job) { job.reason = "Requeued"; }},
    {"message", [](Job& job) { job.message = "again"; }},
    {"exit_code", [](Job& job) { job.exit_code = 1; }},
    {"termination", [](Job& job) { job.termination = {"why", "jo", {1, 2, 3}}; }},
};

TEST(Roster, WakesEveryJobAsItWentToRest) {
  Roster roster;
  const auto wanted = a_class();
  std::vector<Job> jobs;
  for (const Difference& difference : kDifferences) {
    Job& job = jobs.emplace_back(a_waiting_job(std::string("j") + difference.name, wanted));
    difference.make(job);
    roster.add(job);
    roster.rest(job.id);
  }
  ASSERT_EQ(roster.size(), jobs.size());
  ASSERT_TRUE(roster.awake().empty());
  for (const Job& job : jobs) EXPECT_EQ(*roster.look_at(job.id), job) << job.id;
  ASSERT_TRUE(roster.awake().empty());  // looking wakes nobody
  for (const Job& job : jobs) {
    Live* woken = roster.find(job.id);
    ASSERT_NE(woken, nullptr) << job.id;
    EXPECT_EQ(woken->job, job) << job.id;
  }
  EXPECT_EQ(roster.awake().size(), jobs.size());
  EXPECT_EQ(roster.size(), jobs.size());
}

TEST(Roster, LetsOnlyThoseRestOfWhichNothingElseIsKnown) {
  const struct {
    const char* why;
    void (*make)(Live& live);
  } rows[] = {
      {"it runs", [](Live& live) { live.job.phase = Phase::kRunning; }},
      {"it has an attempt", [](Live& live) { live.job.attempt.number = 1; }},
      {"it backs off", [](Live& live) { live.job.not_before = {5, 5, 5}; }},
      {"a change is on its way", [](Live& live) { live.is_changing = true; }},
      {"somebody wished something", [](Live& live) { live.wishes.emplace_back(); }},
  };
  Roster roster;
  for (const auto& row : rows) {
    Live& live = roster.add(a_waiting_job(row.why, a_class()));
    row.make(live);
    roster.rest(row.why);
    EXPECT_EQ(roster.find(row.why), &live) << row.why;
  }
}

TEST(Roster, HoldsWhatManyJobsShareOnce) {
  Roster roster;
  const auto wanted = a_class();
  const Roster::Resting first = roster.pack(a_waiting_job("j1", wanted));
  EXPECT_EQ(roster.pack(a_waiting_job("j2", wanted)).kind, first.kind);
  Job other = a_waiting_job("j3", wanted);
  other.user = "jo";
  EXPECT_NE(roster.pack(std::move(other)).kind, first.kind);
}

TEST(Roster, ForgetsAKindWithItsLastJob) {
  Roster roster;
  const auto wanted = a_class();
  const long alone = wanted.use_count();
  for (const char* id : {"j1", "j2", "j3"})
    roster.add_resting(id, roster.pack(a_waiting_job(id, wanted)));
  Roster::Resting refused = roster.pack(a_waiting_job("j4", wanted));
  roster.erase("j1");
  roster.give_up(std::move(refused));
  roster.find("j2");
  roster.erase("j2");
  EXPECT_GT(wanted.use_count(), alone);
  roster.erase("j3");
  EXPECT_EQ(wanted.use_count(), alone);
  EXPECT_EQ(roster.size(), 0u);
}

TEST(Roster, KnowsNobodyElse) {
  Roster roster;
  EXPECT_EQ(roster.find("nobody"), nullptr);
  EXPECT_FALSE(roster.look_at("nobody"));
  roster.rest("nobody");
  roster.erase("nobody");
  EXPECT_EQ(roster.size(), 0u);
}

}  // namespace
}  // namespace berth
