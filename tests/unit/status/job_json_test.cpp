#include "status/job_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

Stamp at(std::int64_t ms) { return {1'000'000 + ms, ms, 1}; }

Job a_job() {
  JobClass wanted;
  wanted.type = "command";
  wanted.project = "eta";
  wanted.groups = {{"main", 3, 1000, 1 << 20, 500, {"H100"}, {}}};
  Job job;
  job.id = "jabc";
  job.name = "train";
  job.wanted = std::make_shared<const JobClass>(wanted);
  job.submitted = at(0);
  return job;
}

Job a_placed_job() {
  Job job = a_job();
  job.phase = Phase::kRunning;
  job.attempt.number = 2;
  job.attempt.cluster = "west";
  job.attempt.pool = "gpu-a";
  job.attempt.tier = "owned";
  job.attempt.ready = at(4000);
  return job;
}

TEST(JobJson, CountsTheGpusOfTheWholeGang) {
  EXPECT_EQ(job_json(a_job(), {}, at(10), Sight::kInside)["gpu"], 1.5);
}

TEST(JobJson, HasNoPlaceBeforeItIsPlaced) {
  const Json json = job_json(a_job(), {}, at(10), Sight::kInside);
  EXPECT_TRUE(json["assignment"].is_null());
  EXPECT_TRUE(json["runtime_ms"].is_null());
  EXPECT_TRUE(json["ended"].is_null());
  EXPECT_FALSE(json.contains("held"));
  EXPECT_FALSE(json.contains("verdict"));
  EXPECT_EQ(json["age_ms"], 10);
}

TEST(JobJson, SaysWhereItRunsAndForHowLong) {
  const Json json = job_json(a_placed_job(), {}, at(9000), Sight::kInside);
  EXPECT_EQ(json["assignment"]["pool"], "gpu-a");
  EXPECT_EQ(json["assignment"]["attempt"], 2);
  EXPECT_EQ(json["runtime_ms"], 5000);
  EXPECT_EQ(json["phase"], "Running");
}

TEST(JobJson, TakesTheFreshReasonForAJobThatWaits) {
  const PendingReasons fresh{
      {"jabc", std::make_shared<Refusal>(Refusal{"WaitingForCapacity", "needs 3 gpu"})}};
  Job job = a_job();
  job.reason = "Old";
  EXPECT_EQ(job_json(job, fresh, at(0), Sight::kInside)["reason"], "WaitingForCapacity");
  EXPECT_EQ(job_json(job, {}, at(0), Sight::kInside)["reason"], "Old");
  job.phase = Phase::kRunning;
  EXPECT_EQ(job_json(job, fresh, at(0), Sight::kInside)["reason"], "Old");
}

// Every text that came out of the job, its cluster's words on it or its request, says "private".
TEST(JobJson, ShowsOthersTheRowAndNothingOfTheInside) {
  Job job = a_placed_job();
  job.reason = "AppFailed";
  job.message = "private: exit code 3";
  job.exit_code = 3;
  job.termination = {"wrong input", "ops", at(1)};
  job.attempt.reason = "AppFailed";
  job.attempt.message = "private";
  job.attempt.external_ref = "private";
  job.attempt.remote_uid = "private";
  job.attempt.status = R"({"head": {"name": "private"}, "endpoints": {"client": "private"},
      "workers": {"ready": 1, "wanted": 2}, "pod_errors": [{"message": "private"}],
      "environment": {"A": "private"}})";
  const Json row = job_json(job, {}, at(9000), Sight::kRow);
  EXPECT_EQ(json_text(row).find("private"), std::string::npos) << row;
  EXPECT_EQ(row["reason"], "AppFailed");
  EXPECT_EQ(row["workers"]["wanted"], 2);
  EXPECT_EQ(row["assignment"]["pool"], "gpu-a");
  EXPECT_EQ(row["termination"]["reason"], "wrong input");
  const Json attempt = attempt_json(job.attempt, Sight::kRow);
  EXPECT_EQ(json_text(attempt).find("private"), std::string::npos) << attempt;
  EXPECT_EQ(attempt["cluster"], "west");
}

TEST(JobJson, TellsOthersWhyAJobWaitsButNotHowItFailedBefore) {
  const Job job = a_job();
  const PendingReasons waits{
      {"jabc", std::make_shared<Refusal>(Refusal{"WaitingForCapacity", "needs 3 gpu"})}};
  EXPECT_EQ(job_json(job, waits, at(0), Sight::kRow)["message"], "needs 3 gpu");
  const PendingReasons failed{
      {"jabc", std::make_shared<Refusal>(Refusal{"BackingOff", "waits a little: private"})}};
  EXPECT_EQ(job_json(job, failed, at(0), Sight::kRow)["message"], "");
  EXPECT_EQ(job_json(job, failed, at(0), Sight::kRow)["reason"], "BackingOff");
}

TEST(JobJson, SaysWhoHoldsIt) {
  Job job = a_job();
  job.held = true;
  job.held_by = "jo";
  job.held_reason = "wait for the schema";
  EXPECT_EQ(job_json(job, {}, at(0), Sight::kInside)["held"]["by"], "jo");
}

TEST(JobJson, SaysHowItEndedAndWhoWishedIt) {
  Job job = a_placed_job();
  job.verdict = Verdict::kFail;
  job.exit_code = 3;
  job.termination = {"too slow", "maria", at(5)};
  const Json json = job_json(job, {}, at(0), Sight::kInside);
  EXPECT_EQ(json["verdict"], "Failed");
  EXPECT_EQ(json["exit_code"], 3);
  EXPECT_EQ(json["termination"]["user"], "maria");
}

TEST(JobJson, ShowsWhatTheJobTypeSaw) {
  Job job = a_placed_job();
  job.attempt.status = R"({"head":{"ip":"127.0.0.1"},"endpoints":{"client":"127.0.0.1:1"},
                           "workers":{"ready":1,"wanted":2},"secret":"x"})";
  const Json json = job_json(job, {}, at(0), Sight::kInside);
  EXPECT_EQ(json["head"]["ip"], "127.0.0.1");
  EXPECT_EQ(json["workers"]["wanted"], 2);
  EXPECT_EQ(endpoints_json(job.attempt)["client"], "127.0.0.1:1");
  EXPECT_FALSE(json.contains("secret"));
}

TEST(JobJson, SurvivesAnObservationThatIsNoJson) {
  Job job = a_placed_job();
  job.attempt.status = "{\"head\":";
  EXPECT_FALSE(job_json(job, {}, at(0), Sight::kInside).contains("head"));
  EXPECT_TRUE(endpoints_json(job.attempt).empty());
}

TEST(JobJson, IsTheRowAsATree) {
  Job held = a_job();
  held.held = true;
  held.held_by = "jo";
  held.message = "says \"no\"\n\xff";
  Job ended = a_placed_job();
  ended.verdict = Verdict::kRetry;
  ended.ended = at(9);
  ended.termination = {"too slow", "maria", at(5)};
  ended.attempt.status = R"({"head":{"ip":"127.0.0.1"},"ready":1,"wanted":2})";
  for (const Job& job : {a_job(), held, a_placed_job(), ended, Job()}) {
    std::string row;
    append_job(row, job, {}, at(10), Sight::kInside);
    EXPECT_EQ(row, json_text(job_json(job, {}, at(10), Sight::kInside)));
  }
}

TEST(JobJson, IsPlainTextInAnAttemptToo) {
  const Json json = attempt_json(a_placed_job().attempt, Sight::kInside);
  EXPECT_EQ(json["attempt"], 2);
  EXPECT_TRUE(json["released"].is_null());
}

}  // namespace
}  // namespace berth
