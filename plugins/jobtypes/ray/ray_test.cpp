#include "ray.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

using nlohmann::json;

json a_request(const char* section) { return {{"type", "ray"}, {"ray", json::parse(section)}}; }

json a_cluster() {
  return a_request(R"({"ray_version": "2.60.0", "entrypoint": "python train.py",
                       "head": {"cpu": 1, "memory": "2Gi"},
                       "workers": [{"group": "gpu", "replicas": 2, "cpu": "1500m", "memory": "1Gi",
                                    "gpu": 1, "sku": ["H100", "A100-80GB"]}]})");
}

json an_order(const json& request) {
  return {{"format", "process/group"},
          {"job", "j7k2"},
          {"attempt", 1},
          {"token", "c0ffee"},
          {"request", request}};
}

json a_member(const char* role, int replica, const char* state = "running") {
  return {{"role", role}, {"replica", replica}, {"state", state}};
}

json ended(const char* role, int code, const char* how = "exited") {
  json member = a_member(role, 0, "ended");
  member.update({{"how", how}, {"code", code}});
  return member;
}

json observe(const json& members, const json& endpoints = json::object()) {
  return json::parse(
      Ray().interpret(json{{"status", {{"members", members}, {"endpoints", endpoints}}}}.dump()));
}

TEST(Ray, FindsEveryProblemByPath) {
  struct Row {
    const char* section;
    const char* problem;
  };
  const Row rows[] = {
      {"{}", ""},
      {R"({"entrypoint": "true", "image": "a/b:1", "workers": []})", ""},
      {"[]", "ray: must be an object"},
      {R"({"hed": {}})", "ray.hed: no such field"},
      {R"({"head": {"cpus": 1}})", "ray.head.cpus: no such field"},
      {R"({"head": {"memory": "64Mi"}})",
       "ray.head.memory: must be more than the 104857600 bytes of the node's object store"},
      {R"({"workers": {}})", "ray.workers: must be a list, is object"},
      {R"({"workers": [{}, {}]})", "ray.workers[1].group: \"workers\" is there twice"},
      {R"({"workers": [{"group": "driver"}]})",
       "ray.workers[0].group: \"driver\" is no name for a group of workers"},
      {R"({"workers": [{"group": "A_b"}]})",
       "ray.workers[0].group: \"A_b\" is no name for a group of workers"},
      {R"({"workers": [{"gpu": "500m"}]})",
       "ray.workers[0].gpu: must be a whole number: Ray's nodes have whole GPUs"},
      {R"({"workers": [{"replicas": 4, "min_replicas": 2}]})",
       "ray.workers[0].min_replicas: must be replicas, which is 4, until there are elastic groups"},
      {R"({"workers": [{"replicas": 4, "min_replicas": 4}]})", ""},
      {R"({"workers": [{"replicas": 0}]})", "ray.workers[0].replicas: must be 1 to 10000, is 0"},
  };
  for (const Row& row : rows) {
    const problems found = Ray().validate(a_request(row.section).dump());
    const std::string first =
        found.empty() ? "" : found.rows()[0].path + ": " + found.rows()[0].message;
    EXPECT_EQ(first, row.problem) << row.section;
  }
}

TEST(Ray, NeedsAGroupForTheHeadAndOneForEachKindOfWorker) {
  EXPECT_EQ(json::parse(Ray().groups(a_cluster().dump())), json::parse(R"([
      {"name": "head", "count": 1, "cpu_milli": 1000, "memory_bytes": 2147483648, "gpu_milli": 0,
       "skus": []},
      {"name": "gpu", "count": 2, "cpu_milli": 1500, "memory_bytes": 1073741824, "gpu_milli": 1000,
       "skus": ["H100", "A100-80GB"]}])"));
}

TEST(Ray, RendersHeadWorkersAndDriver) {
  Ray ray;
  ray.venv = "/opt/ray";
  const json workload = json::parse(ray.render(an_order(a_cluster()).dump()));
  std::vector<std::string> names;
  for (const json& member : workload["members"]) {
    names.push_back(member["role"].get<std::string>() + '-' + member["replica"].dump() +
                    (member.value("main", false) ? " main" : ""));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"head-0", "gpu-0", "gpu-1", "driver-0 main"}));
  EXPECT_EQ(workload["members"][1]["argv"],
            json({"/opt/ray/bin/python", ".berth/worker.py", "--num-cpus=2", "--num-gpus=1",
                  "--memory=968884224", "--object-store-memory=104857600"}));
  EXPECT_EQ(workload["members"][3]["argv"], json({"/opt/ray/bin/python", ".berth/driver.py",
                                                  "--workers=2", "--", "python train.py"}));
}

TEST(Ray, LimitsEveryNodeAndLetsTheDriverLiveOutOfTheHead) {
  const json members = json::parse(Ray().render(an_order(a_cluster()).dump()))["members"];
  EXPECT_EQ(members[0]["cpu_milli"], 1000);
  EXPECT_EQ(members[0]["memory_bytes"], 2147483648);
  EXPECT_EQ(members[2]["cpu_milli"], 1500);
  EXPECT_EQ(members[2]["memory_bytes"], 1073741824);
  EXPECT_EQ(members[3]["beside"], "head-0");
  EXPECT_FALSE(members[3].contains("memory_bytes"));
}

TEST(Ray, ClosesEveryMemberWithTheTokenOfTheJob) {
  const json workload = json::parse(Ray().render(an_order(a_cluster()).dump()));
  for (const json& member : workload["members"]) {
    EXPECT_EQ(member["environment"]["RAY_AUTH_MODE"], "token");
    EXPECT_EQ(member["environment"]["RAY_AUTH_TOKEN"], "c0ffee");
    EXPECT_EQ(member["argv"].dump().find("c0ffee"), std::string::npos);
  }
}

TEST(Ray, CarriesItsScriptsButNotTheirTest) {
  const json workload = json::parse(Ray().render(an_order(a_cluster()).dump()));
  std::vector<std::string> paths;
  for (const json& file : workload["files"]) paths.push_back(file["path"].get<std::string>());
  for (const char* path : {".berth/head.py", ".berth/worker.py", ".berth/driver.py"}) {
    EXPECT_NE(std::find(paths.begin(), paths.end(), path), paths.end()) << path;
  }
  EXPECT_EQ(std::find(paths.begin(), paths.end(), ".berth/test_scripts.py"), paths.end());
}

TEST(Ray, HasNoDriverWithoutAnEntrypointAndShowsTheHead) {
  const json workload = json::parse(Ray().render(an_order(a_request("{}")).dump()));
  ASSERT_EQ(workload["members"].size(), 1u);
  EXPECT_EQ(workload["members"][0]["role"], "head");
  EXPECT_TRUE(workload["members"][0]["main"]);
}

TEST(Ray, SaysWhatTheStateOfItsMembersMeans) {
  struct Row {
    const char* name;
    json members;
    const char* state;
    const char* reason;
    const char* message;
  };
  const json head = a_member("head", 0), worker = a_member("gpu", 0),
             driver = a_member("driver", 0);
  json short_worker = worker;
  short_worker.update({{"oom_kills", 2}, {"memory_bytes", 1 << 30}, {"memory_peak_bytes", 1 << 30}});
  const Row rows[] = {
      {"nothing known", json::array(), "starting", "", ""},
      {"one waits", json::array({head, a_member("gpu", 0, "starting")}), "starting", "", ""},
      {"all run", json::array({head, worker, driver}), "running", "", "head starting"},
      {"driver done", json::array({head, worker, ended("driver", 0)}), "succeeded", "",
       "exit code 0"},
      {"driver failed", json::array({head, worker, ended("driver", 3)}), "failed", "AppFailed",
       "exit code 3"},
      {"a task's node ran out", json::array({head, short_worker, ended("driver", 1)}), "failed",
       "OOMKilled", "exit code 1; gpu-0: out of memory: used 1Gi of 1Gi, 2 processes killed"},
      {"a task's node ran out, borne", json::array({head, short_worker, ended("driver", 0)}),
       "succeeded", "", "exit code 0"},
      {"driver decides", json::array({ended("head", 1), ended("driver", 0)}), "succeeded", "",
       "exit code 0"},
      {"head failed", json::array({ended("head", 1), worker, driver}), "failed", "AppFailed",
       "head-0: exit code 1"},
      {"worker failed", json::array({head, ended("gpu", 1), driver}), "running", "",
       "head starting"},
      {"worker lost", json::array({head, ended("gpu", 0, "lost"), driver}), "failed", "NodeLost",
       "gpu-0: its supervisor is gone, so how it ended is not known"},
  };
  for (const Row& row : rows) {
    const json seen = observe(row.members);
    EXPECT_EQ(seen["state"], row.state) << row.name;
    EXPECT_EQ(seen["reason"], row.reason) << row.name;
    EXPECT_EQ(seen["message"], row.message) << row.name;
  }
}

TEST(Ray, ShowsTheHeadAndThePodsThatFailed) {
  const json seen = observe(json::array({a_member("head", 0), ended("gpu", 137)}),
                            {{"gcs", "127.0.0.1:1"}, {"client", "127.0.0.1:2"}});
  EXPECT_EQ(seen["head"], json::parse(R"({"name": "head-0", "ip": "127.0.0.1"})"));
  EXPECT_EQ(seen["endpoints"]["client"], "127.0.0.1:2");
  EXPECT_EQ(seen["environment"]["RAY_AUTH_TOKEN"], "{token}");
  EXPECT_EQ(seen["probe"], true);
  EXPECT_EQ(seen["wanted"], 1);
  ASSERT_EQ(seen["pod_errors"].size(), 1u);
  EXPECT_EQ(seen["pod_errors"][0]["pod"], "gpu-0");
  EXPECT_EQ(seen["pod_errors"][0]["exit_code"], 137);
}

json a_turn(const json& response) {
  return {{"token", "c0ffee"},
          {"groups", json::parse(R"([{"name": "head", "count": 1}, {"name": "gpu", "count": 2}])")},
          {"endpoints", {{"dashboard", "127.0.0.1:8265"}}},
          {"memory", nullptr},
          {"response", response}};
}

json an_answer(const std::string& nodes) {
  return {{"status", 200}, {"body", R"({"data": {"result": {"result": )" + nodes + "}}}"}};
}

json probe(const json& turn) { return json::parse(Ray().probe(turn.dump())); }

TEST(RayProbe, AsksTheHeadForItsNodesWithTheToken) {
  const json fetch = probe(a_turn(nullptr))["fetch"];
  EXPECT_EQ(fetch["endpoint"], "dashboard");
  EXPECT_EQ(fetch["path"], "/api/v0/nodes?limit=10000");
  EXPECT_EQ(fetch["headers"], (json{{"X-Ray-Authorization", "Bearer c0ffee"}}));
}

TEST(RayProbe, WaitsForTheHeadToPublishItsDashboard) {
  json turn = a_turn(nullptr);
  turn["endpoints"] = json::object();
  EXPECT_EQ(probe(turn)["message"], "head starting");
  EXPECT_EQ(probe(turn)["done"], false);
}

TEST(RayProbe, CountsTheWorkersThatHaveReallyJoined) {
  const std::string head = R"({"state": "ALIVE", "is_head_node": true})";
  const std::string alive = R"({"state": "ALIVE", "is_head_node": false})";
  const std::string dead = R"({"state": "DEAD", "is_head_node": false})";
  struct Row {
    json response;
    int ready;
    bool is_done;
    const char* message;
  };
  const Row rows[] = {
      {an_answer("[]"), 0, false, "the head has not registered yet"},
      {an_answer('[' + head + ']'), 0, false, "0 of 2 workers joined"},
      {an_answer('[' + head + ',' + alive + ',' + dead + ']'), 1, false, "1 of 2 workers joined"},
      {an_answer('[' + head + ',' + alive + ',' + alive + ']'), 2, true, "2 of 2 workers joined"},
      {{{"error", "Connection refused"}},
       0,
       false,
       "the head does not answer yet: Connection refused"},
      {{{"status", 401}},
       0,
       false,
       "the head refuses this job's token: another cluster may listen there"},
      {{{"status", 500}}, 0, false, "the head does not answer yet: HTTP status 500"},
      {{{"status", 200}, {"body", "<html>"}}, 0, false, "the head does not list its nodes yet"},
      {{{"status", 200}, {"body", R"({"data": null})"}},
       0,
       false,
       "the head does not list its nodes yet"},
  };
  for (const Row& row : rows) {
    const json step = probe(a_turn(row.response));
    EXPECT_EQ(step["ready"], row.ready) << row.response;
    EXPECT_EQ(step["wanted"], 2) << row.response;
    EXPECT_EQ(step["done"], row.is_done) << row.response;
    EXPECT_EQ(step["message"], row.message) << row.response;
  }
}

}  // namespace
}  // namespace berth
