#include "command.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

using nlohmann::json;

json a_request(json section) {
  return {{"type", "command"}, {"name", "hello"}, {"project", "eta"}, {"command", section}};
}

json a_member(json fields = json::object()) {
  json member = {{"role", "main"}, {"replica", 0}, {"state", "running"}};
  member.update(fields);
  return member;
}

json exited(int code) { return a_member({{"state", "ended"}, {"how", "exited"}, {"code", code}}); }

json observe(json members) {
  const json native = {{"format", "process/group"}, {"status", {{"members", members}}}};
  return json::parse(Command().interpret(native.dump()));
}

TEST(Command, FindsEveryProblemByPath) {
  struct Row {
    const char* section;
    const char* problem;
  };
  const Row rows[] = {
      {R"({"run": ["true"]})", ""},
      {R"({"run": "echo hello"})", ""},
      {R"({})", "command.run: must name a program"},
      {R"({"run": []})", "command.run: must name a program"},
      {R"({"run": 3})", "command.run: must be a list of texts, is number"},
      {R"({"run": ["a"], "replicas": 0})", "command.replicas: must be 1 to 10000, is 0"},
      {R"({"run": ["a"], "environment": {"A=B": "c"}})",
       "command.environment.A=B: is no name of an environment variable"},
      {R"({"run": ["a"], "enviroment": {}})", "command.enviroment: no such field"},
      {R"({"run": ["a"], "sku": "H100"})", "command.sku: names a GPU, but no gpu is asked for"},
      {R"([])", "command: must be an object"},
  };
  for (const Row& row : rows) {
    const problems found = Command().validate(a_request(json::parse(row.section)).dump());
    const std::string first =
        found.empty() ? "" : found.rows()[0].path + ": " + found.rows()[0].message;
    EXPECT_EQ(first, row.problem) << row.section;
  }
}

TEST(Command, NeedsOneGroupOfItsReplicas) {
  const json request = a_request({{"run", {"a"}},
                                  {"cpu", "500m"},
                                  {"memory", "2Gi"},
                                  {"gpu", 1},
                                  {"sku", "H100"},
                                  {"replicas", 3}});
  EXPECT_EQ(json::parse(Command().groups(request.dump())),
            json::parse(R"([{"name": "main", "count": 3, "cpu_milli": 500,
                             "memory_bytes": 2147483648, "gpu_milli": 1000, "skus": ["H100"]}])"));
}

TEST(Command, RendersAMemberForEachReplicaAndShowsTheFirst) {
  const json request =
      a_request({{"run", {"train", "-v"}}, {"environment", {{"A", "b"}}}, {"replicas", 2}});
  const json workload = json::parse(Command().render(json{{"request", request}}.dump()));
  ASSERT_EQ(workload["members"].size(), 2u);
  EXPECT_EQ(workload["members"][1],
            json::parse(R"({"role": "main", "replica": 1, "main": false, "argv": ["train", "-v"],
                            "environment": {"A": "b", "BERTH_REPLICAS": "2"}, "directory": "",
                            "cpu_milli": 1000, "memory_bytes": 1073741824})"));
  EXPECT_TRUE(workload["members"][0]["main"]);
}

TEST(Command, RunsATextThroughTheShell) {
  const json request = a_request({{"run", "echo $HOME"}, {"directory", "/srv"}});
  const json member =
      json::parse(Command().render(json{{"request", request}}.dump()))["members"][0];
  EXPECT_EQ(member["argv"], json({"/bin/sh", "-c", "echo $HOME"}));
  EXPECT_EQ(member["directory"], "/srv");
}

TEST(Command, SaysWhatTheStateOfItsMembersMeans) {
  struct Row {
    json members;
    const char* state;
    const char* reason;
    const char* message;
  };
  const json killed =
      a_member({{"state", "ended"}, {"how", "signaled"}, {"code", 137}, {"signal", 9}});
  const json oom = a_member({{"state", "ended"},
                             {"how", "signaled"},
                             {"code", 137},
                             {"signal", 9},
                             {"oom_kills", 1},
                             {"memory_bytes", 67108864},
                             {"memory_peak_bytes", 67108000}});
  json child_oom = exited(1), child_oom_borne = exited(0), bomb = exited(0), loud = exited(0);
  child_oom.update(
      {{"oom_kills", 3}, {"memory_bytes", 1610612736}, {"memory_peak_bytes", 1610612736}});
  child_oom_borne.update({{"oom_kills", 1}});
  bomb.update({{"forks_refused", 12}, {"processes_max", 512}});
  loud.update({{"output_bytes", 3 << 20}, {"output_removed_bytes", 1 << 20}});
  const json evicted = a_member({{"state", "ended"},
                                 {"how", "evicted"},
                                 {"code", 137},
                                 {"signal", 9},
                                 {"message", "its folder holds 2Gi; it may hold 1Gi"}});
  const json lost = a_member({{"state", "ended"}, {"how", "lost"}});
  const json no_such_program = a_member({{"state", "ended"},
                                         {"how", "exec_failed"},
                                         {"code", 127},
                                         {"message", "cannot run nix: No such file"}});
  const Row rows[] = {
      {json::array(), "starting", "", ""},
      {{a_member({{"state", "starting"}})}, "starting", "", ""},
      {{a_member()}, "ready", "", ""},
      {{exited(0)}, "succeeded", "", "exit code 0"},
      {{exited(3)}, "failed", "AppFailed", "exit code 3"},
      {{killed}, "failed", "AppFailed", "killed by signal 9 (SIGKILL)"},
      {{oom}, "failed", "OOMKilled", "out of memory: used 63.9Mi of 64Mi, 1 process killed"},
      {{child_oom},
       "failed",
       "OOMKilled",
       "exit code 1; out of memory: used 1.5Gi of 1.5Gi, 3 processes killed"},
      {{child_oom_borne}, "succeeded", "", "exit code 0; out of memory: 1 process killed"},
      {{bomb}, "succeeded", "", "exit code 0; more processes refused 12 times: it may have 512"},
      {{loud}, "succeeded", "", "exit code 0; output cut: 1Mi of 3Mi are not kept"},
      {{evicted}, "failed", "Evicted", "its folder holds 2Gi; it may hold 1Gi"},
      {{exited(0), child_oom_borne},
       "succeeded",
       "",
       "main-0: exit code 0; out of memory: 1 process killed"},
      {{lost}, "failed", "NodeLost", "its supervisor is gone, so how it ended is not known"},
      {{no_such_program}, "failed", "AppFailed", "cannot run nix: No such file"},
      {{exited(0), a_member({{"replica", 1}})}, "ready", "", ""},
      {{exited(0), exited(2)}, "failed", "AppFailed", "main-0: exit code 2"},
  };
  for (const Row& row : rows) {
    const json seen = observe(row.members);
    EXPECT_EQ(seen["state"], row.state) << row.members;
    EXPECT_EQ(seen["reason"], row.reason) << row.members;
    EXPECT_EQ(seen["message"], row.message) << row.members;
  }
}

TEST(Command, QuotesTheLastLineThatSaysSomething) {
  struct Row {
    const char* tail;
    const char* message;
  };
  const Row rows[] = {
      {"", "exit code 1"},
      {"\n \n", "exit code 1"},
      {"reading\nno column eta\n\n", "exit code 1; last line: no column eta"},
      {"half a line", "exit code 1; last line: half a line"},
      {"Exception in thread \"main\" java.io.IOException: gone\n\tat a.B.c(B.java:1)\n\t... 3 "
       "more\n",
       "exit code 1; last line: Exception in thread \"main\" java.io.IOException: gone"},
  };
  for (const Row& row : rows) {
    json member = exited(1);
    member["tail"] = row.tail;
    EXPECT_EQ(observe({member})["message"], row.message);
  }
}

TEST(Command, FailsWithTheMemberThatFailedFirst) {
  json late = exited(2), early = exited(5);
  late["ended_ms"] = 20;
  early.update({{"ended_ms", 10}, {"replica", 1}});
  const json seen = observe({late, early});
  EXPECT_EQ(seen["message"], "main-1: exit code 5");
  EXPECT_EQ(seen["exit_code"], 5);
  EXPECT_EQ(seen["pod_errors"].size(), 2u);
}

}  // namespace
}  // namespace berth
