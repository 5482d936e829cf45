#include "cli/good_answer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "captured.hpp"
#include "cli/act_on_job.hpp"
#include "cli/exit_code.hpp"
#include "cli/follow_job.hpp"
#include "cli/list_jobs.hpp"
#include "cli/show_endpoint.hpp"
#include "cli/show_job.hpp"
#include "cli/show_site.hpp"
#include "cli/store_files.hpp"
#include "cli/submit.hpp"

namespace berth {
namespace {

constexpr const char* kId = "j7k2m7qx4taabc";

// Says the same to every question.
class Stranger final : public ControlClient {
 public:
  explicit Stranger(std::string body) : body_(std::move(body)) {}

  Result<ControlReply> send(const ControlRequest&) override { return ControlReply{200, body_, {}}; }
  Result<ControlReply> stream(const ControlRequest&, const TakePiece& take,
                              const WhileIdle&) override {
    take(body_);
    return ControlReply{200, "", {}};
  }

 private:
  std::string body_;
};

SubmitOptions a_command() {
  SubmitOptions options;
  options.command = {"true"};
  options.project = "eta";
  return options;
}

struct Verb {
  const char* name;
  std::function<int(Context&)> run;
};

const Verb kVerbs[] = {
    {"jobs", [](Context& to) { return run_jobs(to, {}); }},
    {"get", [](Context& to) { return run_get(to, kId, "table"); }},
    {"describe", [](Context& to) { return run_describe(to, kId, "table"); }},
    {"events", [](Context& to) { return run_events(to, kId, "table"); }},
    {"explain", [](Context& to) { return run_explain(to, kId, "table"); }},
    {"endpoint", [](Context& to) { return run_endpoint(to, kId, "", false); }},
    {"wait", [](Context& to) { return follow_job(to, kId, {}); }},
    {"clusters", [](Context& to) { return run_clusters(to, "table"); }},
    {"clusters -o json", [](Context& to) { return run_clusters(to, "json"); }},
    {"pools", [](Context& to) { return run_pools(to, "table"); }},
    {"owners", [](Context& to) { return run_owners(to, "table"); }},
    {"projects", [](Context& to) { return run_projects(to, "table"); }},
    {"plugin list", [](Context& to) { return run_plugin_list(to, "table"); }},
    {"plugin info", [](Context& to) { return run_plugin_info(to, "capacity", "table"); }},
    {"server status", [](Context& to) { return run_server_status(to, "table"); }},
    {"strays", [](Context& to) { return run_strays(to, "table"); }},
    {"submit", [](Context& to) { return run_submit(to, a_command()); }},
    {"plan", [](Context& to) { return run_plan(to, a_command()); }},
};

TEST(GoodAnswer, IsNotWhatAnyProgramSays) {
  const char* const bodies[] = {
      "", "null", "[]", "7", "\"ok\"", "<html>It works!</html>", "{}",
      R"({"jobs":{},"clusters":7,"pools":"a","strays":null,"decision":7,"ready":"yes","id":1})",
      R"({"jobs":[1],"clusters":[[]],"pools":["a"],"strays":[null],"owners":[1],"projects":[1],
          "plugins":[1],"events":[1],"endpoints":[],"decision":{},"ready":true,"id":""})"};
  for (const char* body : bodies) {
    for (const Verb& verb : kVerbs) {
      Stranger stranger(body);
      Captured captured;
      Context context{stranger, captured.console};
      EXPECT_EQ(verb.run(context), kExitError) << verb.name << ": " << body;
      EXPECT_EQ(captured.out.str(), "") << verb.name << ": " << body;
      EXPECT_NE(captured.err.str().find("what answers at this socket is no berthd, or one of "
                                        "another version"),
                std::string::npos)
          << verb.name << ": " << body << ": " << captured.err.str();
    }
  }
}

TEST(GoodAnswer, OfJobsIsNoneToOtherQuestions) {
  for (const Verb& verb : kVerbs) {
    if (verb.name == std::string("jobs")) continue;
    Stranger stranger(R"({"jobs":[]})");
    Captured captured;
    Context context{stranger, captured.console};
    EXPECT_EQ(verb.run(context), kExitError) << verb.name;
    EXPECT_EQ(captured.out.str(), "") << verb.name;
  }
}

TEST(GoodAnswer, NeedsNoMoreThanWhatEveryVersionSays) {
  const struct {
    ControlRequest request;
    const char* body;
  } rows[] = {
      {{"GET", "/v1/jobs?limit=5"}, R"({"jobs":[{"id":"a"}],"news":1})"},
      {{"GET", "/v1/jobs/ja?x=1"}, R"({"id":"ja","phase":"Unheard"})"},
      {{"GET", "/v1/jobs/ja/explain"}, R"({"decision":null})"},
      {{"GET", "/v1/jobs/ja/explain"}, R"({"decision":{"placed":false}})"},
      {{"GET", "/v1/jobs/ja/events?since=1-4"}, R"({"events":[]})"},
      {{"GET", "/v1/unheard"}, "{}"},
      {{"POST", "/v1/jobs/ja:kill"}, "{}"},
      {{"POST", "/v1/jobs"}, R"({"id":"ja"})"},
  };
  for (const auto& row : rows) EXPECT_TRUE(good_answer(row.request, row.body)) << row.body;
}

TEST(GoodAnswer, TellsWhichAnswerIsWrong) {
  const auto answer = good_answer({"GET", "/v1/pools"}, R"({"pools":7})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, kBadReply);
  EXPECT_EQ(answer.error().message,
            "what answers at this socket is no berthd, or one of another version: its answer to "
            "GET /v1/pools has no good \"pools\"");
}

}  // namespace
}  // namespace berth
