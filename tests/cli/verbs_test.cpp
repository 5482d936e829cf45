#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "captured.hpp"
#include "cli/act_on_job.hpp"
#include "cli/exit_code.hpp"
#include "cli/follow_job.hpp"
#include "cli/job_logs.hpp"
#include "cli/show_job.hpp"
#include "cli/show_site.hpp"
#include "cli/submit.hpp"
#include "fake_client.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr const char* kId = "j7k2m7qx4taabc";

// Talks to a daemon that is a table.
struct CommandLine {
  FakeClient client;
  Captured captured;
  Context context{client, captured.console};

  std::string out() const { return captured.out.str(); }
  std::string err() const { return captured.err.str(); }
};

std::string at(const std::string& rest = "") { return std::string("/v1/jobs/") + kId + rest; }

std::string attempts(const char* phase, int count) {
  return std::string(R"({"id":")") + kId + R"(","phase":")" + phase + R"(","attempts":)" + std::to_string(count) + "}";
}

LogOptions followed() {
  LogOptions options;
  options.job = kId;
  options.follow = true;
  return options;
}

// Where it was cut off is where it goes on; a byte that was no text came as three.
TEST(FollowLogs, GoesOnOverARestartOfTheDaemon) {
  CommandLine line;
  line.client.answers("GET " + at(), 200, attempts("Running", 1))
      .answers("GET " + at(), 200, attempts("Running", 1))
      .answers("GET " + at(), 200, attempts("Succeeded", 1))
      .breaks("GET " + at("/logs?attempt=1&offset=0&follow=1"), "abc\xEF\xBF\xBD")
      .answers("GET " + at("/logs?attempt=1&offset=4&follow=1"), 200, "def\n");
  EXPECT_EQ(run_logs(line.context, followed()), kExitGood);
  EXPECT_EQ(line.out(),
            "abc\xEF\xBF\xBD"
            "def\n");
  EXPECT_NE(line.err().find("berthd does not answer; the job is not affected"), std::string::npos);
}

TEST(FollowLogs, GoesOnWithTheNextAttempt) {
  CommandLine line;
  line.client.answers("GET " + at(), 200, attempts("Running", 1))
      .answers("GET " + at(), 200, attempts("Running", 2))
      .answers("GET " + at(), 200, attempts("Failed", 2))
      .answers("GET " + at("/logs?attempt=1&offset=0&follow=1"), 200, "first\n")
      .answers("GET " + at("/logs?attempt=2&offset=0&follow=1"), 200, "second\n");
  EXPECT_EQ(run_logs(line.context, followed()), kExitGood);
  EXPECT_EQ(line.out(), "first\nsecond\n");
}

TEST(FollowLogs, EndsWithTheAttemptThatWasAskedFor) {
  CommandLine line;
  line.client.answers("GET " + at("/logs?attempt=1&offset=0&follow=1"), 200, "first\n");
  LogOptions options = followed();
  options.attempt = 1;
  EXPECT_EQ(run_logs(line.context, options), kExitGood);
  EXPECT_EQ(line.out(), "first\n");
}

TEST(FollowLogs, SaysWhatIsWrongWhenItNeverBegan) {
  CommandLine line;
  line.client.fails("GET " + at(), "Unreachable");
  EXPECT_EQ(run_logs(line.context, followed()), kExitUnreachable);
}

TEST(ExitCode, TellsHowAJobEnded) {
  const struct {
    const char* job;
    int code;
  } rows[] = {
      {R"({"phase":"Succeeded"})", 0},   {R"({"phase":"Failed","reason":"AppFailed"})", 100},
      {R"({"phase":"Pending"})", 101},   {R"({"phase":"Running"})", 101},
      {R"({"phase":"Releasing"})", 101}, {R"({"phase":"Killing"})", 101},
      {R"({"phase":"Killed"})", 103},    {R"({"phase":"Failed","reason":"Preempted"})", 105},
      {R"({"phase":"Unheard"})", 101},
  };
  for (const auto& row : rows)
    EXPECT_EQ(exit_code_of_job(Json::parse(row.job)), row.code) << row.job;
}

TEST(ExitCode, TellsWhatAPlanFound) {
  EXPECT_EQ(exit_code_of_decision(Json::parse(R"({"placed":true})")), 0);
  EXPECT_EQ(exit_code_of_decision(Json::parse(R"({"placed":false,"never":false})")), 10);
  EXPECT_EQ(exit_code_of_decision(Json::parse(R"({"placed":false,"never":true})")), 11);
}

TEST(ExitCode, TellsWhatWentWrong) {
  EXPECT_EQ(exit_code_of_error("Unreachable"), 3);
  EXPECT_EQ(exit_code_of_error("Timeout"), 4);
  EXPECT_EQ(exit_code_of_error("Usage"), 2);
  EXPECT_EQ(exit_code_of_error("Conflict"), 1);
}

SubmitOptions a_command() {
  SubmitOptions options;
  options.command = {"python", "x.py", "--fast"};
  options.project = "eta";
  options.gpu = "1";
  return options;
}

TEST(Submit, MakesAJobOfACommand) {
  const auto requests = requests_of(a_command());
  ASSERT_TRUE(requests);
  Json request = Json::parse(requests->front().json);
  request["command"].erase("directory");
  EXPECT_EQ(request, Json::parse(R"({"type":"command","name":"python","project":"eta","strict":true,
    "command":{"run":["python","x.py","--fast"],"gpu":"1"}})"));
}

TEST(Submit, IsStrictUnlessForced) {
  SubmitOptions options = a_command();
  options.is_forced = true;
  EXPECT_EQ(Json::parse(requests_of(options)->front().json)["strict"], false);
}

TEST(Submit, SendsTheSameKeyAgainWhenTheConnectionBroke) {
  CommandLine line;
  line.client.fails("POST /v1/jobs", "Broken").answers("POST /v1/jobs", 201, R"({"id":"j1"})");
  SubmitOptions options = a_command();
  options.is_quiet = true;
  EXPECT_EQ(run_submit(line.context, options), 0);
  EXPECT_EQ(line.out(), "j1\n");
  ASSERT_EQ(line.client.asked().size(), 2U);
  EXPECT_EQ(line.client.asked()[0].headers, line.client.asked()[1].headers);
  EXPECT_EQ(line.client.asked()[0].headers[0].first, "Idempotency-Key");
  EXPECT_EQ(line.client.asked()[0].headers[0].second.size(), 32U);
}

TEST(Submit, SaysWhatIsNearWhenItIsRefused) {
  CommandLine line;
  line.client.answers("POST /v1/jobs", 422, R"({"error":{"code":"NoMatchingPool","message":"m",
    "details":[{"path":"command.sku","message":"no pool has \"H1000\"","hint":"H100"}]}})");
  EXPECT_EQ(run_submit(line.context, a_command()), kExitRejected);
  EXPECT_EQ(
      line.err(),
      "error: command.sku: no pool has \"H1000\"; nearest: \"H100\"\n"
      "  the job was not accepted; `berth pools --wide` lists SKUs and sizes; `--force` queues "
      "it anyway\n");
}

TEST(Submit, ExitsAsTheDaemonIsUnreachable) {
  CommandLine line;
  line.client.fails("POST /v1/jobs", "Unreachable");
  EXPECT_EQ(run_submit(line.context, a_command()), kExitUnreachable);
}

// A file that lives as long as the test.
class JobFile {
 public:
  explicit JobFile(const std::string& text, const std::string& name = "jobs.yaml")
      : path_(std::filesystem::path(testing::TempDir()) / ("submit-" + name)) {
    std::ofstream(path_) << text;
  }
  ~JobFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

constexpr const char* kManifests =
    "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata:\n  name: sweep\n  annotations:\n"
    "    berth.dev/project: eta\n    berth.dev/priority: \"70\"\n"
    "    berth.dev/preemptible: \"true\"\nspec:\n  replicas: 2\n"
    "---\napiVersion: v1\nkind: Secret\ntype: Opaque\nmetadata: {name: code}\n";

SubmitOptions a_file(const JobFile& file) {
  SubmitOptions options;
  options.files = {file.path()};
  return options;
}

TEST(Submit, SendsAManifestAsItIs) {
  const JobFile file(kManifests);
  SubmitOptions options = a_file(file);
  auto requests = requests_of(options);
  ASSERT_TRUE(requests) << requests.error().message;
  ASSERT_EQ(requests->size(), 2U);
  EXPECT_EQ(Json::parse(requests->front().json), Json::parse(R"({"project":"eta","priority":70,
      "preemptible":true,"strict":true,"manifest":{"apiVersion":"ray.io/v1","kind":"RayCluster",
      "metadata":{"name":"sweep","annotations":{"berth.dev/project":"eta",
      "berth.dev/priority":"70","berth.dev/preemptible":"true"}},"spec":{"replicas":2}}})"));
  EXPECT_EQ(requests->front().title(), "document 1 (RayCluster \"sweep\")");
  EXPECT_EQ(requests->front().place("manifest.spec.replicas"), file.path() + ":10");
  EXPECT_EQ(requests->back().title(), "document 2 (Secret \"code\")");

  options.project = "theta";
  options.priority = "-5";
  options.sets = {"manifest.spec.replicas=3"};
  requests = requests_of(options);
  ASSERT_TRUE(requests) << requests.error().message;
  const Json request = Json::parse(requests->front().json);
  EXPECT_EQ(request["project"], "theta");
  EXPECT_EQ(request["priority"], -5);
  EXPECT_EQ(request["manifest"]["spec"]["replicas"], 3);
  options.priority = "high";
  EXPECT_EQ(requests_of(options).error().code, "Usage");
}

TEST(Submit, TakesSeveralFilesButStandardInputOnce) {
  const JobFile first("name: a\n", "a.yaml"), second("{\"name\": \"b\"}", "b.json");
  SubmitOptions options;
  options.file = first.path();
  options.files = {second.path()};
  const auto requests = requests_of(options);
  ASSERT_TRUE(requests) << requests.error().message;
  ASSERT_EQ(requests->size(), 2U);
  EXPECT_EQ(requests->at(0).number, 0);
  EXPECT_EQ(Json::parse(requests->at(1).json)["name"], "b");
  options.file = "-";
  options.files = {"-"};
  EXPECT_EQ(requests_of(options).error().code, "Usage");
}

constexpr const char* kPlan = R"({"decision":{"placed":true},"name":"a","type":"x","groups":[]})";

TEST(Submit, SendsNoneOfSeveralWhenOneIsWrong) {
  const JobFile file(kManifests);
  CommandLine line;
  line.client.answers("POST /v1/plan", 200, kPlan)
      .answers("POST /v1/plan", 400, R"({"error":{"code":"BadRequest","message":"m","details":[
          {"path":"manifest.kind","message":"no job type takes v1/Secret","hint":""}]}})");
  EXPECT_EQ(run_submit(line.context, a_file(file)), kExitRejected);
  EXPECT_EQ(line.client.asked().size(), 2U);
  EXPECT_EQ(line.err(),
            "error: " + file.path() +
                ":13: manifest.kind: no job type takes v1/Secret\n"
                "  document 2 (Secret \"code\") is no job: make it on the cluster yourself, where "
                "the jobs will run, and send the jobs without it\n"
                "none of 2 documents was sent\n");
  EXPECT_EQ(line.out(), "");
}

TEST(Submit, SendsEachOfSeveralWithAKeyOfItsOwn) {
  const JobFile file("name: a\n---\nname: b\n");
  CommandLine line;
  line.client.answers("POST /v1/plan", 200, kPlan)
      .answers("POST /v1/jobs", 201, R"({"id":"j1"})")
      .answers("POST /v1/jobs", 201,
               R"({"id":"j2","notes":[{"path":"name","message":"is shortened"}]})");
  SubmitOptions options = a_file(file);
  options.output = "json";
  EXPECT_EQ(run_submit(line.context, options), kExitGood);
  const auto& asked = line.client.asked();
  ASSERT_EQ(asked.size(), 4U);
  EXPECT_NE(asked[2].headers[0].second, asked[3].headers[0].second);
  EXPECT_EQ(Json::parse(line.out())[1]["id"], "j2");
  EXPECT_EQ(line.err(), "note: " + file.path() + ":3: name: is shortened\n");
}

TEST(Submit, GoesOnWithTheOthersWhenOneIsRefusedAtTheDoor) {
  const JobFile file("name: a\n---\nname: b\n");
  CommandLine line;
  line.client.answers("POST /v1/plan", 200, kPlan)
      .answers("POST /v1/jobs", 429, R"({"error":{"code":"QueueFull","message":"full"}})")
      .answers("POST /v1/jobs", 201, R"({"id":"j2"})");
  SubmitOptions options = a_file(file);
  options.is_quiet = true;
  EXPECT_EQ(run_submit(line.context, options), kExitRejected);
  EXPECT_EQ(line.out(), "j2\n");
  EXPECT_EQ(line.err(), "error: full\n  document 1 was not accepted; try again later\n");
}

TEST(Plan, NamesWhatTheDaemonMadeOfAManifest) {
  const JobFile file("apiVersion: a/v1\nkind: B\n");
  CommandLine line;
  line.client.answers("POST /v1/plan", 200,
                      R"({"decision":{"placed":false,"never":false},"name":"sweep","type":"x",
                          "groups":[],"notes":[{"path":"manifest.spec","message":"is ours"}]})");
  EXPECT_EQ(run_plan(line.context, a_file(file)), 10);
  EXPECT_TRUE(line.out().starts_with("sweep (x)")) << line.out();
  EXPECT_EQ(line.err(), "note: " + file.path() + ": manifest.spec: is ours\n");
}

std::string an_event(int sequence, const std::string& kind, const std::string& phase,
                     const std::string& second, const std::string& message = "") {
  return R"({"token":"1-)" + std::to_string(sequence) + R"(","sequence":)" +
         std::to_string(sequence) + R"(,"attempt":)" + (kind == "Enqueued" ? "0" : "1") +
         R"(,"kind":")" + kind + R"(","phase":")" + phase + R"(","reason":"","message":")" +
         message + R"(","user":"","time":"2026-11-23T12:00:)" + second + R"(Z"})";
}

std::string a_job(const std::string& phase, const std::string& rest = "") {
  return std::string(R"({"id":")") + kId + R"(","owner":"eta-team","phase":")" + phase +
         R"(","submitted":"2026-11-23T12:00:00.000Z","age_ms":1000,"reason":"","message":"",
         "assignment":{"cluster":"west","pool":"gpu-a","attempt":1,"tier":"ancestor:applied-ai"},
         "workers":{"ready":2,"wanted":2},"endpoints":{"client":"127.0.0.1:41873"})" +
         rest + "}";
}

TEST(FollowJob, TellsTheStoryOfAJobThatSucceeds) {
  CommandLine line;
  line.client.answers("GET " + at(), 200, a_job("Running"))
      .answers("GET " + at(), 200, a_job("Succeeded", R"(,"verdict":"Succeeded")"))
      .answers("GET " + at("/events"), 200,
               R"({"events":[)" + an_event(1, "Enqueued", "Pending", "00.000") + "," +
                   an_event(2, "Scheduled", "Scheduled", "00.010") + "," +
                   an_event(3, "Launching", "Launching", "00.100", "head starting") + "," +
                   an_event(4, "Ready", "Running", "09.800") + "]}")
      .answers("GET " + at("/events?since=1-4"), 200,
               R"({"events":[)" + an_event(5, "Ended", "Releasing", "14.200") + "," +
                   an_event(6, "Released", "Succeeded", "16.000", "4 processes gone") + "," +
                   an_event(7, "Finished", "Succeeded", "16.100") + "]}")
      .answers(
          "GET " + at("/explain"), 200,
          R"({"decision":{"placed":true,"rows":[{"scores":[]},{"scores":[1],"chosen":true},{"scores":[1]}]},"now":false})")
      .answers("GET " + at("/logs?tail=8192"), 200, "starting\npi is about 3.14104\n\n")
      .answers("GET /v1/jobs?watch=1&since=1-4&job=" + std::string(kId), 200,
               "{\"heartbeat\":true}\n{\"event\":{}}\n");
  FollowOptions options;
  options.tells_past = true;
  EXPECT_EQ(follow_job(line.context, kId, options), 0);
  EXPECT_EQ(line.out(),
            "j7k2m7qx4taabc  Scheduled  west/gpu-a        owned by applied-ai, best of 2 (1 "
            "refused)      0.0 s\n"
            "                Launching  head starting                                              "
            "       0.1 s\n"
            "                Running    head 127.0.0.1:41873, workers 2/2                          "
            "       9.8 s\n"
            "                Succeeded  \"pi is about 3.14104\"                                    "
            "        14.2 s\n"
            "                released   4 processes gone\n");
}

TEST(FollowJob, TellsThatAJobIsPlacedAgain) {
  CommandLine line;
  line.client.answers("GET " + at(), 200, a_job("Running"))
      .answers("GET " + at("/events"), 200,
               R"({"events":[)" + an_event(1, "Ready", "Running", "01.000", "up") + "," +
                   an_event(2, "Ended", "Releasing", "02.000", "worker-0 was lost") + "," +
                   an_event(3, "Released", "Pending", "03.000", "2 processes gone") + "," +
                   an_event(4, "RetryScheduled", "Pending", "03.100", "placed again") + "," +
                   an_event(5, "Ready", "Running", "04.000") + "]}");
  FollowOptions options;
  options.goal = FollowGoal::kRunning;
  options.tells_past = true;
  EXPECT_EQ(follow_job(line.context, kId, options), 0);
  const std::string out = line.out();
  std::size_t at_least = 0;
  for (const char* word : {"Running ", "Releasing  worker-0 was lost",
                           "released   2 processes gone", "Pending    placed again", "Running "}) {
    const std::size_t found = out.find(word, at_least);
    ASSERT_NE(found, std::string::npos) << word << " in\n" << out;
    at_least = found + 1;
  }
}

TEST(FollowJob, ExitsAsTheJobFailed) {
  CommandLine line;
  line.client
      .answers("GET " + at(), 200,
               R"({"id":"x","phase":"Failed","reason":"AppFailed","message":"driver",
           "exit_code":3,"verdict":"Failed","age_ms":5000})")
      .answers("GET " + at("/events"), 200, R"({"events":[]})");
  EXPECT_EQ(follow_job(line.context, kId, {}), kExitFailed);
  EXPECT_EQ(line.out(), "j7k2m7qx4taabc  Failed     AppFailed: driver (exit code 3)" +
                            std::string(35, ' ') + "5.0 s\n");
}

TEST(FollowJob, SaysWhyAJobWaitsOncePerReason) {
  CommandLine line;
  const std::string waiting =
      R"({"id":"x","phase":"Pending","reason":"WaitingForCapacity","message":"8 gpu","age_ms":0})";
  line.client.answers("GET " + at(), 200, waiting)
      .answers("GET " + at(), 200, waiting)
      .answers("GET " + at(), 200,
               R"({"id":"x","phase":"Killed","termination":{"user":"jo","reason":"late"},
           "age_ms":9000})")
      .answers("GET " + at("/events"), 200, R"({"events":[]})")
      .answers("GET " + at("/events"), 200, R"({"events":[]})")
      .answers("GET " + at("/events"), 200,
               R"({"events":[)" + an_event(9, "Finished", "Killed", "09.000") + "]}")
      .answers("GET /v1/jobs?watch=1&job=" + std::string(kId), 200,
               "{\"event\":{}}\n{\"event\":{}}\n");
  FollowOptions options;
  options.tells_past = true;
  EXPECT_EQ(follow_job(line.context, kId, options), kExitKilled);
  const std::string out = line.out();
  EXPECT_NE(out.find("Pending    WaitingForCapacity: 8 gpu"), std::string::npos) << out;
  EXPECT_EQ(out.find("Pending"), out.rfind("Pending")) << out;
  EXPECT_NE(out.find("Killed     by jo: \"late\""), std::string::npos) << out;
}

TEST(FollowJob, KnowsAJobThatIsNotThere) {
  CommandLine line;
  EXPECT_EQ(follow_job(line.context, kId, {}), kExitNotFound);
}

TEST(FollowJob, StopsWhenItRunsIfThatIsTheGoal) {
  CommandLine line;
  line.client.answers("GET " + at(), 200, a_job("Running"))
      .answers("GET " + at("/events"), 200, R"({"events":[]})");
  FollowOptions options;
  options.goal = FollowGoal::kRunning;
  options.quiet = true;
  EXPECT_EQ(follow_job(line.context, kId, options), 0);
  EXPECT_EQ(line.out(), "");
}

TEST(ActOnJob, WantsAReasonAndSaysHow) {
  CommandLine line;
  EXPECT_EQ(fail_without_reason(line.context, "kill", {"j1"}), kExitUsage);
  EXPECT_EQ(line.err(), "error: a reason is required: berth kill j1 --reason \"...\"\n");
}

TEST(ActOnJob, TriesAllAndExitsAsTheFirstFailure) {
  CommandLine line;
  const std::string other = "j7k2m7qx4taabd";
  line.client.answers("POST /v1/jobs/" + other + ":kill", 200, "{}");
  EXPECT_EQ(run_act_on_jobs(line.context, "kill", {kId, other}, "late"), kExitError);
  EXPECT_EQ(line.out(), other + "  is being killed; its things are going away\n");
  EXPECT_EQ(line.client.asked().back().body, R"({"reason":"late"})");
}

TEST(ShowJob, FindsAJobByTheBeginningOfItsId) {
  CommandLine line;
  line.client.answers("GET /v1/jobs?name=j7k&limit=500", 200, R"({"jobs":[]})")
      .answers("GET /v1/jobs?limit=500", 200,
               std::string(R"({"jobs":[{"id":")") + kId + R"("},{"id":"jzzz"}]})")
      .answers("GET " + at(), 200, std::string(R"({"id":")") + kId + R"(","phase":"Running"})");
  EXPECT_EQ(run_get(line.context, "j7k", "name"), 0);
  EXPECT_EQ(line.out(), std::string(kId) + "\n");
}

TEST(ShowJob, TakesTheOneOfThatNameThatIsNotOverOrElseTheNewest) {
  const auto job = [](const char* id, const char* phase, const char* submitted) {
    return std::string(R"({"id":")") + id + R"(","phase":")" + phase + R"(","submitted":")" +
           submitted + R"("})";
  };
  const std::string old = job("jold", "Failed", "2026-11-01T10:00:00.000Z");
  const std::string newest = job("jnew", "Succeeded", "2026-11-03T10:00:00.000Z");
  const std::string running = job("jrun", "Running", "2026-11-02T10:00:00.000Z");
  const struct {
    std::string jobs, out, err;
  } rows[] = {
      {old + "," + newest + "," + running, "jrun\n", ""},
      {newest + "," + old, "jnew\n", "note: of 2 jobs \"etl\", all over, this is the newest: jnew\n"},
      {old, "jold\n", ""},
  };
  for (const auto& row : rows) {
    CommandLine line;
    line.client.answers("GET /v1/jobs?name=etl&limit=500", 200, R"({"jobs":[)" + row.jobs + "]}");
    for (const char* id : {"jold", "jnew", "jrun"})
      line.client.answers(std::string("GET /v1/jobs/") + id, 200,
                          std::string(R"({"id":")") + id + R"(","phase":"Running"})");
    EXPECT_EQ(run_get(line.context, "etl", "name"), 0);
    EXPECT_EQ(line.out(), row.out);
    EXPECT_EQ(line.err(), row.err);
  }
}

TEST(ShowJob, DoesNotLetANameTakeThePlaceOfTheBeginningOfAnId) {
  CommandLine line;
  line.client
      .answers("GET /v1/jobs?name=j7k2m7qx&limit=500", 200, R"({"jobs":[{"id":"jother"}]})")
      .answers("GET /v1/jobs?limit=500", 200,
               std::string(R"({"jobs":[{"id":"jother"},{"id":")") + kId + R"("}]})");
  EXPECT_EQ(run_get(line.context, "j7k2m7qx", "name"), kExitError);
  EXPECT_NE(line.err().find("\"j7k2m7qx\" could be 2 jobs: "), std::string::npos) << line.err();
}

TEST(ShowJob, PrefersOnesOwnOfSeveralJobsOfAName) {
  CommandLine line;
  const std::string mine = std::to_string(geteuid());
  line.client
      .answers("GET /v1/jobs?name=etl&limit=500", 200,
               R"({"jobs":[{"id":"ja","phase":"Running","uid":4242424},)"
               R"({"id":"jb","phase":"Running","uid":)" + mine + "}]}")
      .answers("GET /v1/jobs/jb", 200, R"({"id":"jb","phase":"Running"})");
  EXPECT_EQ(run_get(line.context, "etl", "name"), 0);
  EXPECT_EQ(line.out(), "jb\n");
}

TEST(ShowJob, NamesTheJobsThatANameCouldMean) {
  CommandLine line;
  line.client.answers("GET /v1/jobs?name=etl&limit=500", 200,
                      R"({"jobs":[{"id":"ja"},{"id":"jb"}]})");
  EXPECT_EQ(run_get(line.context, "etl", "name"), kExitError);
  EXPECT_EQ(line.err(), "error: \"etl\" could be 2 jobs: ja, jb; give the id of one\n");
}

TEST(ShowJob, ExplainsWhatHasAPlaceOrHasNone) {
  const struct {
    const char* job;
    const char* explained;
    const char* last_line;
  } rows[] = {
      {R"("phase":"Killed","termination":{"user":"jo","reason":"enough"})",
       R"({"decision":null,"now":false})", "it never had a place: Killed by jo: \"enough\"\n"},
      {R"("phase":"Pending","reason":"Queued","message":"waits for its turn")",
       R"({"decision":null,"now":true})",
       "nothing has been decided about it yet: Queued: waits for its turn\n"},
      {R"("phase":"Pending","held":{"by":"jo","reason":"wait"})",
       R"({"decision":{"placed":true,"cluster":"west","pool":"a","rows":[]},"now":true})",
       "Held by jo: \"wait\"; would go to west/a as things stand now\n"},
      {R"("phase":"Pending","reason":"WaitingForCapacity","message":"full")",
       R"({"decision":{"placed":false,"rows":[]},"now":true})",
       "as things stand now; the job itself waits: WaitingForCapacity: full\n"},
      {R"("phase":"Launching","reason":"ImagePullFailed","message":"cannot pull a:1")",
       R"({"decision":{"placed":true,"rows":[]},"now":false})",
       "since then: Launching: ImagePullFailed: cannot pull a:1\n"},
      {R"("phase":"Running")", R"({"decision":{"placed":true,"rows":[]},"now":false})",
       "since then: Running\n"},
      {R"("phase":"Succeeded","reason":"Completed","message":"exit code 0")",
       R"({"decision":{"placed":true,"rows":[]},"now":false})", "since then: Succeeded\n"},
  };
  for (const auto& row : rows) {
    CommandLine line;
    line.client
        .answers("GET " + at(), 200, R"({"id":")" + std::string(kId) + "\"," + row.job + "}")
        .answers("GET " + at("/explain"), 200, row.explained);
    EXPECT_EQ(run_explain(line.context, kId, ""), 0);
    EXPECT_TRUE(line.out().ends_with(row.last_line)) << line.out();
  }
}

TEST(ShowSite, ListsPluginsThatWereRefusedToo) {
  CommandLine line;
  line.client.answers("GET /v1/plugins", 200, R"({"plugins":[
    {"id":"acme.team-sku","kind":"filter","version":"1.2.0","state":"loaded","loaded":true,
     "calls":81204,"median_ns":900,"faults":0,"file":"team_sku.so"},
    {"id":"","kind":"","version":"","state":"refused: built for ABI 2","loaded":false,
     "calls":0,"faults":0,"file":"cost.so"}]})");
  EXPECT_EQ(run_plugin_list(line.context, "table"), 0);
  EXPECT_EQ(
      line.out(),
      "ID             KIND    VERSION  STATE                      CALLS     P50  FAULTS  FILE\n"
      "acme.team-sku  filter  1.2.0    loaded                    81,204  0.9 us       0  "
      "team_sku.so\n"
      "-              -       -        refused: built for ABI 2       0       -       0  "
      "cost.so\n");
}

TEST(ShowSite, TellsWhatASiteFileMaySetOfAPlugin) {
  CommandLine line;
  line.client.answers("GET /v1/plugins", 200, R"({"plugins":[
    {"id":"acme.team-sku","kind":"filter","version":"1.2.0","state":"loaded","loaded":true,
     "calls":0,"faults":0,"file":"team_sku.so","options":[
      {"name":"sku","type":"text","required":true,"help":"GPU SKU this team may use"},
      {"name":"headroom","type":"quantity","required":false,"default":"0","help":"GPUs to keep free"}]}]})");
  EXPECT_EQ(run_plugin_info(line.context, "acme.team-sku", "table"), 0);
  EXPECT_NE(line.out().find("\nOPTION    TYPE      DEFAULT     MEANING\n"
                            "sku       text      (required)  GPU SKU this team may use\n"
                            "headroom  quantity  0           GPUs to keep free\n"),
            std::string::npos)
      << line.out();
}

TEST(ShowSite, ExitsBadlyWhenTheServerIsNotReady) {
  CommandLine line;
  line.client
      .answers("GET /readyz", 503, R"({"ready":false,"checks":[
    {"name":"plugins","ok":false,"message":"cost.so was refused"}]})")
      .answers("GET /v1/server", 200, R"({"version":"0.1.0"})");
  EXPECT_EQ(run_server_status(line.context, "table"), kExitError);
  EXPECT_EQ(line.out(),
            "berthd is up, but not ready\n"
            "  BAD  plugins            cost.so was refused\n"
            "  version                 0.1.0\n");
}

}  // namespace
}  // namespace berth
