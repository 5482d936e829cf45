#include "local_backend.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "local_harness.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

using nlohmann::json;

bool has_cgroups() { return !find_parents("auto").tree.empty(); }

// A dead process that nobody collected yet does not run.
bool is_running(pid_t pid) {
  const auto stat = read_small_file("/proc/" + std::to_string(pid) + "/stat");
  return stat && stat->find(") Z ") == std::string::npos;
}

json launched(LocalHarness& local, const json& workload) {
  const Answer answer = local.launch(workload);
  EXPECT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
  return answer.body;
}

TEST(LocalBackend, KeepsTheExitCode) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "echo hello; exit 3")}));
  const json member = local.await_end();
  EXPECT_EQ(member["how"], "exited");
  EXPECT_EQ(member["code"], 3);
  EXPECT_EQ(local.whole_log(), "hello\n");
}

TEST(LocalBackend, GivesTheEndOfWhatTheMainMemberPrintedWhenItFails) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "seq 5000; exit 3")}));
  const std::string tail = local.await_end()["tail"];
  EXPECT_LE(tail.size(), 8192u);
  EXPECT_TRUE(tail.ends_with("\n4999\n5000\n")) << tail;
}

TEST(LocalBackend, GivesNoOutputOfThoseThatSucceed) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "echo hello")}));
  EXPECT_FALSE(local.await_end().contains("tail"));
}

TEST(LocalBackend, TellsWhichSignalEndedAMember) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "kill -9 $$")}));
  const json member = local.await_end();
  EXPECT_EQ(member["how"], "signaled");
  EXPECT_EQ(member["signal"], 9);
}

TEST(LocalBackend, SaysWhyAProgramCannotRun) {
  LocalHarness local;
  json member = a_member("main", "");
  member["argv"] = {"/no/such/program"};
  launched(local, a_workload({member}));
  const json ended = local.await_end();
  EXPECT_EQ(ended["how"], "exec_failed");
  EXPECT_EQ(ended["code"], 127);
  EXPECT_NE(ended["message"].get<std::string>().find("/no/such/program"), std::string::npos);
}

TEST(LocalBackend, GivesMembersTheirNamesAndTheirFiles) {
  LocalHarness local;
  json workload = a_workload(
      {a_member("main", R"(echo $BERTH_JOB $BERTH_ATTEMPT $BERTH_ROLE $BERTH_REPLICA $SECRET
                           cat a/greeting; pwd | grep -c "^$BERTH_SHARED$")")});
  workload["members"][0]["environment"]["SECRET"] = "s3cret";
  workload["files"] = json::parse(R"([{"path": "a/greeting", "content": "hi\n", "mode": "0600"}])");
  launched(local, workload);
  local.await_end();
  EXPECT_EQ(local.whole_log(), "j1 1 main 0 s3cret\nhi\n1\n");
}

TEST(LocalBackend, WritesNoEnvironmentToDisk) {
  LocalHarness local;
  json workload = a_workload({a_member("main", "exec sleep 1000")});
  workload["members"][0]["environment"]["TOKEN"] = "the-very-secret-token";
  launched(local, workload);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(local.attempt_folder())) {
    const auto text = read_small_file(entry.path());
    EXPECT_FALSE(text && text->find("very-secret") != std::string::npos) << entry.path();
  }
}

TEST(LocalBackend, ReleasesTheWholeTreeAndConfirmsIt) {
  if (!has_cgroups()) GTEST_SKIP() << "no cgroup v2 hierarchy can be written here";
  LocalHarness local;
  // Each goes away from its parent's session; the last one is an orphan that ignores TERM.
  launched(local, a_workload({a_member("main", R"(
      setsid sh -c 'setsid sh -c "trap \"\" TERM; echo \$\$ > orphan; mv orphan pid; sleep 1000" &' &
      while [ ! -e pid ]; do sleep 0.01; done
      echo '{"up": "1:1"}' > up; mv up endpoints.json
      exec sleep 1000)")}));
  local.await_status([](const json& status) { return status["endpoints"].contains("up"); });
  const pid_t orphan = std::stoi(*read_small_file(local.attempt_folder() / "shared" / "pid"));
  EXPECT_TRUE(is_running(orphan));
  const Answer answer = local.release();
  EXPECT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
  EXPECT_EQ(answer.body["gone"], true);
  EXPECT_GE(answer.body["processes"], 3);
  EXPECT_FALSE(is_running(orphan));
  EXPECT_FALSE(std::filesystem::exists(local.attempt_folder() / "shared"));
}

TEST(LocalBackend, AnswersARepeatedReleaseAlike) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "exec sleep 1000")}));
  const json first = local.release().body;
  EXPECT_EQ(first["message"], "1 process gone");
  EXPECT_EQ(local.release().body, first);
  local.stop_backend();
  EXPECT_EQ(local.start_backend()["found"], json::array());
  EXPECT_EQ(local.release().body, first);
  EXPECT_EQ(local.adopt().status, BERTH_CALL_NOT_FOUND);
}

// Some come while the first still removes all these files, some on the very turn on which it ends.
TEST(LocalBackend, AnswersAllWhoAskForAReleaseMeanwhile) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "for i in $(seq 200); do : > $i; done")}));
  local.await_end();
  std::vector<std::uint64_t> calls{local.begin(&Backend::release, an_attempt())};
  while (!local.has_answer(calls.front()))
    calls.push_back(local.begin(&Backend::release, an_attempt()));
  const json first = local.await_answer(calls.front()).body;
  EXPECT_EQ(first["gone"], true) << first;
  for (const std::uint64_t call : calls) EXPECT_EQ(local.await_answer(call).body, first);
}

TEST(LocalBackend, StaysAwayFromWhatAnotherOfItsIdentityServes) {
  if (!has_cgroups()) GTEST_SKIP() << "no cgroup v2 hierarchy can be written here";
  LocalHarness local;
  launched(local, a_workload({a_member(
                      "main", "mkfifo gate; touch up; mv up ready; read line < gate")}));
  {
    LocalHarness copy;  // of its state folder, as far as a cgroup can tell
    const std::string answer = copy.start_backend().dump();
    EXPECT_NE(answer.find("is one of the two state folders a copy"), std::string::npos) << answer;
  }
  while (!std::filesystem::exists(local.attempt_folder() / "shared" / "ready")) sched_yield();
  std::ofstream(local.attempt_folder() / "shared" / "gate") << "go\n";
  EXPECT_EQ(local.await_end()["how"], "exited");
}

TEST(LocalBackend, StartsNothingTwice) {
  LocalHarness local;
  const json workload = a_workload({a_member("main",
                                             "echo once; echo '{\"up\": \"127.0.0.1:1\"}' > "
                                             "$BERTH_SHARED/endpoints.json; exec sleep 1000")});
  const json first = launched(local, workload);
  local.await_status([](const json& status) { return status["endpoints"].contains("up"); });
  EXPECT_EQ(launched(local, workload), first);
  local.stop_backend();
  local.start_backend();
  EXPECT_EQ(launched(local, workload), first);
  local.release();
  EXPECT_EQ(local.whole_log(), "once\n");
}

TEST(LocalBackend, StartsOnlyTheMembersThatNeverWere) {
  LocalHarness local;
  const json workload =
      a_workload({a_member("main", "echo main"), a_member("other", "echo other")});
  launched(local, workload);
  local.await_status([](const json& status) {
    return status["members"][0]["state"] == "ended" && status["members"][1]["state"] == "ended";
  });
  local.stop_backend();
  // As when the daemon died between the two members' go.
  std::filesystem::remove_all(local.attempt_folder() / "members" / "other-0");
  EXPECT_EQ(local.start_backend()["found"].size(), 1u);
  EXPECT_EQ(local.adopt().status, BERTH_CALL_NOT_FOUND);
  launched(local, workload);
  local.await_status([](const json& status) { return status["members"][1]["state"] == "ended"; });
  EXPECT_EQ(local.whole_log("main"), "main\n");
  EXPECT_EQ(local.whole_log("other"), "other\n");
}

TEST(LocalBackend, StartsAllMembersOfAWideJobSomeAtATime) {
  constexpr int kReplicas = 40;
  LocalHarness local;
  json workload = a_workload({});
  for (int i = 0; i < kReplicas; ++i)
    workload["members"].push_back(a_member("main", "echo once", i));
  launched(local, workload);
  local.await_status([](const json& status) {
    return std::all_of(status["members"].begin(), status["members"].end(),
                       [](const json& member) { return member["state"] == "ended"; });
  });
  for (int i = 0; i < kReplicas; ++i) {
    const json log = local.log({{"replica", i}, {"offset", 0}, {"limit", 16}}).body;
    EXPECT_EQ(log["data"], "once\n") << i;
  }
}

// Nor do more of them start at a time than a machine can hear in time.
TEST(LocalBackend, RunsEachOfManyThatAreLaunchedAtOnceOnce) {
  constexpr int kJobs = 100;
  LocalHarness local;
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < kJobs; ++i) {
    const json order =
        a_launch(a_workload({a_member("main", "echo once")}), "j" + std::to_string(i));
    for (int times = 0; times < 2; ++times) calls.push_back(local.begin(&Backend::launch, order));
  }
  for (const std::uint64_t call : calls)
    EXPECT_EQ(local.await_answer(call).status, BERTH_CALL_OK) << local.await_answer(call).body;
  for (int i = 0; i < kJobs; ++i) {
    const std::string job = "j" + std::to_string(i);
    EXPECT_EQ(local.await_end(job)["code"], 0);
    EXPECT_EQ(local.log({{"offset", 0}, {"limit", 16}}, job).body["data"], "once\n") << job;
  }
}

// The daemon goes away at each step of a launch that it does not hear the end of.
TEST(LocalBackend, RunsOnceHoweverItsLaunchWasInterrupted) {
  const json workload = a_workload({a_member("main", "echo once")});
  for (const char* step : {"", "meta", "members/main-0", "members/main-0/lock",
                           "members/main-0/segment_bytes", "members/main-0/fate"}) {
    LocalHarness local;
    local.begin(&Backend::launch, a_launch(workload));
    while (*step != '\0' && !std::filesystem::exists(local.attempt_folder() / step)) sched_yield();
    local.stop_backend();
    local.start_backend();
    if (local.adopt().status != BERTH_CALL_OK) launched(local, workload);
    EXPECT_EQ(local.await_end()["code"], 0) << step;
    EXPECT_EQ(local.whole_log(), "once\n") << step;
  }
}

TEST(LocalBackend, AdoptsWhatRunsAfterARestartAndSeesItsEnd) {
  LocalHarness local;
  const json first = launched(
      local, a_workload({a_member(
                 "main", "mkfifo gate; touch up; mv up ready; read line < gate; exit 5")}));
  local.stop_backend();
  const json found = local.start_backend()["found"];
  EXPECT_EQ(found,
            json::array({{{"job", "j1"}, {"attempt", 1}, {"uid", first["uid"]}, {"epoch", 7}}}));
  const Answer adopted = local.adopt();
  EXPECT_EQ(adopted.status, BERTH_CALL_OK);
  EXPECT_EQ(adopted.body["uid"], first["uid"]);
  EXPECT_EQ(adopted.body["status"]["members"][0]["state"], "running");
  while (!std::filesystem::exists(local.attempt_folder() / "shared" / "ready")) sched_yield();
  std::ofstream(local.attempt_folder() / "shared" / "gate") << "go\n";
  EXPECT_EQ(local.await_end()["code"], 5);
}

TEST(LocalBackend, AdoptsWhatEndedWhileItWasAway) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "exit 6")}));
  local.await_end();
  local.stop_backend();
  local.start_backend();
  const json member = local.adopt().body["status"]["members"][0];
  EXPECT_EQ(member["state"], "ended");
  EXPECT_EQ(member["code"], 6);
}

TEST(LocalBackend, CallsAMemberLostWhenItsSupervisorWasKilled) {
  if (!has_cgroups()) GTEST_SKIP() << "no cgroup v2 hierarchy can be written here";
  LocalHarness local;
  launched(local, a_workload({a_member("main", R"(echo $$ > p; mv p pid
      echo '{"up": "1:1"}' > up; mv up endpoints.json; exec sleep 1000)")}));
  local.await_status([](const json& status) { return status["endpoints"].contains("up"); });
  const pid_t job = std::stoi(*read_small_file(local.attempt_folder() / "shared" / "pid"));
  kill(local.supervisor_pid("main-0"), SIGKILL);
  EXPECT_EQ(local.await_end()["how"], "lost");
  EXPECT_FALSE(is_running(job));  // nothing of it goes on unseen
  EXPECT_EQ(local.release().status, BERTH_CALL_OK);
}

TEST(LocalBackend, CallsAMemberOfAnotherBootLost) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "exit 0")}));
  local.await_end();
  local.stop_backend();
  const auto member = local.attempt_folder() / "members" / "main-0";
  std::filesystem::remove(member / "exit");
  std::ofstream(member / "lock") << "1 " << getpid() << " another-boot\n";
  local.start_backend();
  EXPECT_EQ(local.adopt().body["status"]["members"][0]["how"], "lost");
}

TEST(LocalBackend, NeverRunsALaunchThatComesAfterItsRelease) {
  LocalHarness local;
  EXPECT_EQ(local.release().status, BERTH_CALL_OK);
  const Answer late = local.launch(a_workload({a_member("main", "echo ran")}));
  EXPECT_EQ(late.status, BERTH_CALL_PERMANENT);
  EXPECT_EQ(late.body["reason"], "SubmissionFailed");
  EXPECT_EQ(local.whole_log(), "");
}

TEST(LocalBackend, StartsNoMemberWhenOneOfThemCannotStart) {
  LocalHarness local;
  const json workload =
      a_workload({a_member("good", "echo ran > ../ran"), a_member("bad", "true")});
  // A folder that the supervisor refuses: others could write there.
  std::filesystem::create_directories(local.attempt_folder() / "members" / "bad-0");
  std::filesystem::permissions(local.attempt_folder() / "members" / "bad-0",
                               std::filesystem::perms::all);
  const Answer answer = local.launch(workload);
  EXPECT_EQ(answer.status, BERTH_CALL_TRANSIENT) << answer.body;
  EXPECT_NE(answer.body["message"].get<std::string>().find("bad-0"), std::string::npos);
  EXPECT_EQ(local.release().body["processes"], 0);
  EXPECT_FALSE(std::filesystem::exists(local.attempt_folder() / "ran"));
}

TEST(LocalBackend, RefusesWhatItCanNeverRun) {
  struct Row {
    json change;
    const char* words;
  };
  const Row rows[] = {
      {json::parse(R"({"members": []})"), "no members"},
      {json::parse(R"({"members": [{"role": "../x", "argv": ["a"]}]})"), "no name of a member"},
      {json::parse(R"({"members": [{"role": "a", "argv": []}]})"), "names no program"},
      {json::parse(R"({"members": [{"role": "a", "argv": ["a"]}, {"role": "a", "argv": ["a"]}]})"),
       "twice"},
      {json::parse(R"({"members": [{"role": "a", "argv": ["a"], "directory": "../b"}]})"),
       "directory"},
      {json::parse(R"({"members": [{"role": "a", "argv": ["a"]}],
                       "files": [{"path": "../x", "content": ""}]})"),
       "shared folder"},
      {json::parse(R"({"members": [{"role": "a", "argv": ["a"], "memory_bytes": -1}]})"),
       "less than nothing"},
      {json::parse(R"({"members": [{"role": "a", "argv": ["a"], "beside": "b-0"}]})"),
       "no member with amounts of its own"},
      {json::parse(R"({"members": [{"role": "a", "argv": ["a"]}, {"role": "b", "argv": ["a"],
                       "beside": "a-0", "cpu_milli": 1}]})"),
       "of its own"},
      {json::parse(R"({"members": 3})"), "cannot be run"}};
  LocalHarness local;
  for (const Row& row : rows) {
    const Answer answer = local.launch(row.change);
    EXPECT_EQ(answer.status, BERTH_CALL_PERMANENT) << row.change;
    EXPECT_NE(answer.body["message"].get<std::string>().find(row.words), std::string::npos)
        << answer.body;
  }
}

TEST(LocalBackend, TakesJobsOfItsOwnUserAlone) {
  LocalHarness local;
  json order = an_attempt();
  order.update({{"workload", a_workload({a_member("main", "true")})}, {"uid", geteuid() + 1}});
  EXPECT_EQ(local.ask(&Backend::launch, order).status, BERTH_CALL_PERMANENT);
}

TEST(LocalBackend, ReleasesOnlyTheCreationThatIsMeant) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "exec sleep 1000")}));
  json order = an_attempt();
  order["uid"] = "of another creation";
  EXPECT_EQ(local.ask(&Backend::release, order).status, BERTH_CALL_PERMANENT);
}

TEST(LocalBackend, ShowsLogsByPositionAndSaysWhenTheyEnd) {
  LocalHarness local;
  launched(local,
           a_workload({a_member("main", "printf '0123456789'"), a_member("other", "echo b")}));
  local.await_end();
  const json middle = local.log({{"offset", 2}, {"limit", 16}}).body;
  EXPECT_EQ(middle["data"], "23456789");
  EXPECT_EQ(middle["next"], 10);
  EXPECT_EQ(middle["end"], true);
  const json tail = local.log({{"offset", -1}, {"tail", 3}, {"limit", 16}}).body;
  EXPECT_EQ(tail["data"], "789");
  EXPECT_EQ(tail["offset"], 7);
  EXPECT_EQ(local.log({{"role", "nobody"}, {"offset", 0}}).status, BERTH_CALL_NOT_FOUND);
  EXPECT_EQ(local.log({{"offset", 0}, {"limit", 16}}).body["role"], "main");
}

TEST(LocalBackend, MeansTheMainRoleWhenOnlyAReplicaIsNamed) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", "echo a"), a_member("main", "echo b", 1),
                              a_member("other", "echo c")}));
  local.await_end();
  EXPECT_EQ(local.log({{"offset", 0}, {"limit", 16}}).body["data"], "a\n");
  EXPECT_EQ(local.log({{"replica", 1}, {"offset", 0}, {"limit", 16}}).body["data"], "b\n");
  EXPECT_EQ(local.log({{"replica", 2}, {"offset", 0}}).status, BERTH_CALL_NOT_FOUND);
}

TEST(LocalBackend, MakesCleanTextOfWhatIsNone) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", R"(printf 'a\377b\000c')")}));
  local.await_end();
  EXPECT_EQ(local.whole_log(), std::string("a\xEF\xBF\xBD") + 'b' + '\0' + 'c');
}

TEST(LocalBackend, ShowsDeclaredNodesAsFree) {
  LocalHarness local;
  const json expected = json::parse(R"({"pools": [{"name": "gpu-a", "shapes": [
      {"sku": "H100", "nodes": 2, "cpu_milli": 8000, "memory_bytes": 1024, "gpu_milli": 4000,
       "rooms": [{"nodes": 2, "cpu_milli": 8000, "memory_bytes": 1024, "gpu_milli": 4000}]}]}]})");
  const auto pools = [](Backend& backend, Call call) { backend.pools(call); };
  berth_backend_host host{};
  json got;
  host.context = &got;
  host.complete = [](void* context, std::uint64_t, berth_call_status, berth_str text) {
    *static_cast<json*>(context) = json::parse(as_view(text));
  };
  pools(local.backend(), Call(&host, 1));
  EXPECT_EQ(got, expected);
  local.backend().health(Call(&host, 2));
  EXPECT_EQ(got, json::object());
}

TEST(LocalBackend, FetchesFromPublishedLoopbackEndpointsAlone) {
  LocalHarness local;
  launched(local, a_workload({a_member("main", R"(
      exec /usr/bin/python3 -c '
import http.server, json, os
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.headers.get("x-token") == "t" else 401)
        self.end_headers()
        self.wfile.write(b"hello " * (1 if self.path == "/small" else 1000))
server = http.server.HTTPServer(("127.0.0.1", 0), Hello)
where = {"web": "127.0.0.1:%d" % server.server_port, "far": "192.0.2.1:80"}
open("draft", "w").write(json.dumps(where))
os.rename("draft", "endpoints.json")
server.serve_forever()')")}));
  local.await_status([](const json& status) { return status["endpoints"].contains("web"); });
  json request = an_attempt();
  request.update({{"endpoint", "web"},
                  {"method", "GET"},
                  {"path", "/small"},
                  {"headers", {{"x-token", "t"}}}});
  const Answer good = local.ask(&Backend::fetch, request);
  EXPECT_EQ(good.body["status"], 200) << good.body;
  EXPECT_EQ(good.body["body"], "hello ");
  request["headers"] = json::object();
  EXPECT_EQ(local.ask(&Backend::fetch, request).body["status"], 401);
  request.update({{"path", "/large"}, {"limit_bytes", 100}});
  EXPECT_EQ(local.ask(&Backend::fetch, request).status, BERTH_CALL_TRANSIENT);
  request["endpoint"] = "far";
  EXPECT_EQ(local.ask(&Backend::fetch, request).status, BERTH_CALL_TRANSIENT);
  request["endpoint"] = "none";
  EXPECT_EQ(local.ask(&Backend::fetch, request).status, BERTH_CALL_TRANSIENT);
}

}  // namespace
}  // namespace berth
