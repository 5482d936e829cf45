#include "spark.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "heap.hpp"
#include "web_signature.hpp"

namespace berth {
namespace {

using nlohmann::json;

json a_request(const char* section) {
  return {{"type", "spark"}, {"name", "etl"}, {"spark", json::parse(section)}};
}

json an_application() {
  return a_request(R"({"spark_version": "4.3.0", "main": "job.py", "arguments": ["--day", "7"],
                       "sources": {"job.py": "x = 1"}, "py_files": ["/srv/a.zip", "/srv/b.zip"],
                       "conf": {"spark.sql.shuffle.partitions": 8, "spark.sql.ansi.enabled": true},
                       "environment": {"DAY": "7"},
                       "driver": {"cpu": 1, "memory": "2Gi"},
                       "executors": {
  "replicas" : 2, "cpu" : "1500m", "memory" : "4Gi", "gpu" : 1, "sku" : [ "H100", "A100-80GB" ]
}
})");
}

json an_order(const json& request) {
  return {{"format", "process/group"},
          {"job", "j7k2"},
          {"attempt", 1},
          {"token", "c0ffee"},
          {"request", request}};
}

json render(const json& request, const Spark& spark = {}) {
  return json::parse(spark.render(an_order(request).dump()));
}

// What the files of a workload have at a path.
std::string file_of(const json& workload, std::string_view path) {
  for (const json& file : workload["files"]) {
    if (file["path"] == path) return file["content"];
  }
  return {};
}

json settings_of(const json& workload) {
  return json::parse(file_of(workload, ".berth/settings.json"))["settings"];
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
      Spark().interpret(json{{"status", {{"members", members}, {"endpoints", endpoints}}}}.dump()));
}

TEST(Spark, FindsEveryProblemByPath) {
  struct Row {
    const char* section;
    const char* problem;
  };
  const Row rows[] = {
      {R"({"main": "/srv/job.py"})", ""},
      {R"({"main": "/srv/etl.jar", "main_class": "Etl"})", ""},
      {R"({"main": "local:///srv/job.py"})", ""},
      {R"({"main": "job.py", "directory": "/srv"})", ""},
      {R"({"main": "job.py", "sources": {"job.py": ""}})", ""},
      {"[]", "spark: must be an object"},
      {"{}", "spark.main: must name a program"},
      {R"({"main": "job.sh"})", "spark.main: \"job.sh\" is no program of Spark's"},
      {R"({"main": "--conf=x.py"})", "spark.main: \"--conf=x.py\" is no program of Spark's"},
      {R"({"main": "/a.jar"})", "spark.main_class: must name the class of /a.jar that has main()"},
      {R"({"main": "/a.py", "main_class": "A"})",
       "spark.main_class: is for a .jar, but main is /a.py"},
      {R"({"main": "job.py"})", "spark.main: \"job.py\" is not in the job's folder"},
      {R"({"main": "/a.py", "sources": {"../b": ""}})",
       "spark.sources.../b: must lie beneath the job's folder, and not in .berth"},
      {R"({"main": "/a.py", "sources": {".berth/driver.py": ""}})",
       "spark.sources..berth/driver.py: must lie beneath the job's folder, and not in .berth"},
      {R"({"main": "/a.py", "jars": ["/b.jar", "/c.jar,/d.jar"]})",
       "spark.jars[1]: must be one path"},
      {R"({"main": "/a.py", "executers": {}})", "spark.executers: no such field"},
      {R"({"main": "/a.py", "driver": {"gpu": 1}})", "spark.driver.gpu: no such field"},
      {R"({"main": "/a.py", "driver": {"memory": "512Mi"}})",
       "spark.driver.memory: 512Mi leaves 0Mi of heap; Spark needs 512Mi"},
      {R"({"main": "/a.py", "driver": {"memory": "1152Mi"}})", ""},
      {R"({"main": "/a.py", "driver": {"memory": "868Mi", "memory_overhead": "100Mi"}})", ""},
      {R"({"main": "/a.py", "executors": {"memory": "1Gi"}})",
       "spark.executors.memory: 1024Mi leaves 448Mi of heap; Spark needs 512Mi"},
      {R"({"main": "/a.py", "executors": {"memory": "1088Mi"}})", ""},
      {R"({"main": "/a.py", "executors": {"gpu": "500m"}})",
       "spark.executors.gpu: must be a whole number: Spark's executors have whole GPUs"},
      {R"({"main": "/a.py", "executors": {"replicas": 4, "min_replicas": 2}})",
       "spark.executors.min_replicas: must be replicas, which is 4, until there are elastic "
       "groups"},
      {R"({"main": "/a.py", "master": {}})", "spark.master: no such field"},
      {R"({"main": "/a.py", "environment": {"SPARK_CONF_DIR": "/x"}})",
       "spark.environment.SPARK_CONF_DIR: is Spark's own"},
      {R"({"main": "/a.py", "environment": {"A=B": "c"}})",
       "spark.environment.A=B: is no name of an environment variable"},
      {R"({"main": "/a.py", "conf": {"spark.executor.memory": "1g"}})",
       "spark.conf.spark.executor.memory: is not for a job to set: it follows from the job's own "
       "fields"},
      {R"({"main": "/a.py", "conf": {"spark.authenticate": false}})",
       "spark.conf.spark.authenticate: is not for a job to set: it keeps the cluster closed to "
       "others"},
      {R"({"main": "/a.py", "conf": {"spark.master.rest.enabled": "true"}})",
       "spark.conf.spark.master.rest.enabled: is not for a job to set: it is for who starts the "
       "cluster"},
      {R"({"main": "/a.py", "conf": {"fs.s3a.access.key": "x"}})",
       "spark.conf.fs.s3a.access.key: Spark ignores what does not begin with \"spark.\""},
      {R"({"main": "/a.py", "conf": {"spark.jars.packages": "a:b:1"}})", ""},
  };
  for (const Row& row : rows) {
    const problems found = Spark().validate(a_request(row.section).dump());
    const std::string first =
        found.empty() ? "" : found.rows()[0].path + ": " + found.rows()[0].message;
    EXPECT_EQ(first, row.problem) << row.section;
    EXPECT_LE(found.rows().size(), 1u) << row.section << found.json();
  }
}

TEST(Spark, NeedsAGroupForTheDriverAndOneForTheExecutors) {
  EXPECT_EQ(json::parse(Spark().groups(an_application().dump())), json::parse(R"([
      {"name": "driver", "count": 1, "cpu_milli": 1000, "memory_bytes": 2147483648, "gpu_milli": 0,
       "skus": []},
      {"name": "executor", "count": 2, "cpu_milli": 1500, "memory_bytes": 4294967296,
       "gpu_milli": 1000, "skus": ["H100", "A100-80GB"]}])"));
}

TEST(Spark, FitsHeapAndOverheadIntoTheMemoryAskedFor) {
  struct Row {
    std::int64_t memory, overhead;
    bool is_python;
    std::int64_t heap;
  };
  const Row rows[] = {
      {1024, 0, false, 640},     // the least overhead, 384
      {4096, 0, false, 3712},    // still that: a tenth of the heap is less
      {8192, 0, false, 7447},    // a tenth
      {8192, 0, true, 5851},     // four tenths
      {8192, 1024, true, 7168},  // what the job said
      {300, 0, false, -84},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(heap_within(row.memory * kMebibyte, row.overhead * kMebibyte, row.is_python),
              row.heap * kMebibyte)
        << row.memory;
  }
}

TEST(Spark, RendersMasterExecutorsAndDriver) {
  Spark spark;
  spark.venv = "/opt/spark";
  const json workload = render(an_application(), spark);
  std::vector<std::string> names;
  for (const json& member : workload["members"]) {
    names.push_back(member["role"].get<std::string>() + '-' + member["replica"].dump() +
                    (member["main"] ? " main" : ""));
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"master-0", "executor-0", "executor-1", "driver-0 main"}));
  EXPECT_EQ(workload["members"][0]["argv"],
            json({"/opt/spark/bin/python", ".berth/master.py", "--heap-mb=128"}));
  EXPECT_EQ(workload["members"][2]["argv"],
            json({"/opt/spark/bin/python", ".berth/executor.py", "--cores=2", "--memory-mb=4096",
                  "--heap-mb=64", "--gpus=1"}));
  EXPECT_EQ(workload["members"][3]["argv"],
            json({"/opt/spark/bin/python", ".berth/driver.py", "--executors=2", "--", "--py-files",
                  "/srv/a.zip,/srv/b.zip", "job.py", "--day", "7"}));
  EXPECT_EQ(file_of(workload, "job.py"), "x = 1");
}

TEST(Spark, LimitsEveryMemberAndLetsTheMasterLiveOutOfTheDriver) {
  Spark spark;
  spark.java_home = "/opt/java";
  const json members = render(an_application(), spark)["members"];
  EXPECT_EQ(members[0]["beside"], "driver-0");
  EXPECT_FALSE(members[0].contains("memory_bytes"));
  EXPECT_EQ(members[1]["cpu_milli"], 1500);
  EXPECT_EQ(members[3]["memory_bytes"], 2147483648);
  for (const json& member : members) {
    EXPECT_EQ(member["environment"]["DAY"], "7");
    EXPECT_EQ(member["environment"]["JAVA_HOME"], "/opt/java");
  }
}

TEST(Spark, RunsTheClassOfAJar) {
  const json workload = render(a_request(R"({"main": "/srv/etl.jar", "main_class": "acme.Etl",
      "jars": "/srv/lib.jar", "files": ["/srv/a.csv"], "directory": "/srv"})"));
  EXPECT_EQ(
      workload["members"].back()["argv"],
      json({"python3", ".berth/driver.py", "--executors=1", "--directory=/srv", "--", "--class",
            "acme.Etl", "--jars", "/srv/lib.jar", "--files", "/srv/a.csv", "/srv/etl.jar"}));
}

TEST(Spark, ClosesEveryDoorWithTheTokenOfTheJob) {
  const json workload = render(an_application());
  for (const json& member : workload["members"]) {
    EXPECT_EQ(member["environment"]["_SPARK_AUTH_SECRET"], "c0ffee");
    EXPECT_EQ(member["argv"].dump().find("c0ffee"), std::string::npos);
  }
  EXPECT_EQ(workload["files"].dump().find("c0ffee"), std::string::npos);
  const json settings = settings_of(workload);
  for (const auto& [name, value] : {std::pair{"spark.authenticate", "true"},
                                    {"spark.network.crypto.enabled", "true"},
                                    {"spark.network.crypto.saslFallback", "false"},
                                    {"spark.ui.filters", "org.apache.spark.ui.JWSFilter"},
                                    {"spark.ui.killEnabled", "false"},
                                    {"spark.master.rest.enabled", "false"},
                                    {"spark.master.ui.decommission.allow.mode", "DENY"},
                                    {"spark.driver.bindAddress", "127.0.0.1"}}) {
    EXPECT_EQ(settings.value(name, "missing"), value) << name;
  }
}

TEST(Spark, TellsSparkTheSizesAndWhatTheJobsConfSays) {
  const json settings = settings_of(render(an_application()));
  for (const auto& [name, value] : {std::pair{"spark.driver.memory", "1280m"},
                                    {"spark.executor.memory", "2788m"},
                                    {"spark.executor.cores", "2"},
                                    {"spark.cores.max", "4"},
                                    {"spark.executor.resource.gpu.amount", "1"},
                                    {"spark.task.resource.gpu.amount", "0.500000"},
                                    {"spark.app.name", "etl"},
                                    {"spark.sql.shuffle.partitions", "8"},
                                    {"spark.sql.ansi.enabled", "true"}}) {
    EXPECT_EQ(settings.value(name, "missing"), value) << name;
  }
  const json renamed = settings_of(render(a_request(
      R"({"main": "/a.py", "conf": {"spark.app.name": "mine", "spark.ui.enabled": false}})")));
  EXPECT_EQ(renamed["spark.app.name"], "mine");
  EXPECT_EQ(renamed["spark.ui.enabled"], "false");
}

TEST(Spark, CarriesItsScriptsButNotTheirTest) {
  const json workload = render(an_application());
  for (const char* name : {"master.py", "executor.py", "driver.py", "endpoints.py", "child.py"}) {
    EXPECT_FALSE(file_of(workload, std::string(".berth/") + name).empty()) << name;
  }
  EXPECT_EQ(file_of(workload, ".berth/test_scripts.py"), "");
}

TEST(Spark, SaysWhatTheStateOfItsMembersMeans) {
  struct Row {
    const char* name;
    json members;
    const char* state;
    const char* reason;
    const char* message;
  };
  const json master = a_member("master", 0), executor = a_member("executor", 0),
             other = a_member("executor", 1), driver = a_member("driver", 0);
  const Row rows[] = {
      {"nothing known", json::array(), "starting", "", ""},
      {"one waits", json::array({master, a_member("executor", 0, "starting")}), "starting", "", ""},
      {"all run", json::array({master, executor, driver}), "running", "", "master starting"},
      {"driver done", json::array({master, executor, ended("driver", 0)}), "succeeded", "",
       "exit code 0"},
      {"driver failed", json::array({master, executor, ended("driver", 3)}), "failed", "AppFailed",
       "exit code 3"},
      {"driver decides", json::array({ended("master", 1), ended("driver", 0)}), "succeeded", "",
       "exit code 0"},
      {"master failed", json::array({ended("master", 1), executor, driver}), "failed", "AppFailed",
       "master-0: exit code 1"},
      {"one executor failed", json::array({master, ended("executor", 1), other, driver}), "running",
       "", "master starting"},
      {"no executor is left", json::array({master, ended("executor", 1), driver}), "failed",
       "AppFailed", "executor-0: exit code 1"},
      {"executor lost", json::array({master, ended("executor", 0, "lost"), other, driver}),
       "failed", "NodeLost", "executor-0: its supervisor is gone, so how it ended is not known"},
  };
  for (const Row& row : rows) {
    const json seen = observe(row.members);
    EXPECT_EQ(seen["state"], row.state) << row.name;
    EXPECT_EQ(seen["reason"], row.reason) << row.name;
    EXPECT_EQ(seen["message"], row.message) << row.name;
  }
}

TEST(Spark, ShowsTheMasterAndTheMembersThatFailed) {
  const json seen =
      observe(json::array({a_member("master", 0), ended("executor", 137), a_member("executor", 1)}),
              {{"master", "127.0.0.1:1"}, {"ui", "127.0.0.1:2"}});
  EXPECT_EQ(seen["head"], json::parse(R"({"name": "master-0", "ip": "127.0.0.1"})"));
  EXPECT_EQ(seen["endpoints"]["ui"], "127.0.0.1:2");
  EXPECT_EQ(seen["environment"]["_SPARK_AUTH_SECRET"], "{token}");
  EXPECT_EQ(seen["probe"], true);
  EXPECT_EQ(seen["wanted"], 2);
  ASSERT_EQ(seen["pod_errors"].size(), 1u);
  EXPECT_EQ(seen["pod_errors"][0]["pod"], "executor-0");
}

json a_turn(const json& response) {
  return {{"token", "c0ffee"},
          {"groups",
           json::parse(R"([{"name": "driver", "count": 1}, {"name": "executor", "count": 2}])")},
          {"endpoints", {{"master", "127.0.0.1:7077"}, {"ui", "127.0.0.1:8080"}}},
          {"memory", nullptr},
          {"response", response}};
}

json probe(const json& turn) { return json::parse(Spark().probe(turn.dump())); }

TEST(SparkProbe, AsksTheMasterWithASignatureAndNotWithTheSecret) {
  const json fetch = probe(a_turn(nullptr))["fetch"];
  EXPECT_EQ(fetch["endpoint"], "ui");
  EXPECT_EQ(fetch["path"], "/json/");
  // The same by openssl: printf ... | openssl dgst -sha256 -hmac c0ffee -binary | basenc
  // --base64url
  EXPECT_EQ(fetch["headers"]["Authorization"], "Bearer " + sign_for_web("c0ffee"));
  EXPECT_EQ(
      sign_for_web("c0ffee"),
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZXJ0aCJ9.TyakwTeDW91R8DyvGrW7d9v89vIUVa9DcJzvqn-KYfI");
}

TEST(SparkProbe, WaitsForTheMasterToPublishItsPage) {
  json turn = a_turn(nullptr);
  turn["endpoints"] = json::object();
  EXPECT_EQ(probe(turn)["message"], "master starting");
  EXPECT_EQ(probe(turn)["done"], false);
}

TEST(SparkProbe, CountsTheWorkersThatAreAlive) {
  struct Row {
    json response;
    int ready;
    bool is_done;
    const char* message;
  };
  const Row rows[] = {
      {{{"status", 200}, {"body", R"({"workers": [], "aliveworkers": 0})"}},
       0,
       false,
       "0 of 2 workers joined"},
      {{{"status", 200}, {"body", R"({"aliveworkers": 1})"}}, 1, false, "1 of 2 workers joined"},
      {{{"status", 200}, {"body", R"({"aliveworkers": 2})"}}, 2, true, "2 of 2 workers joined"},
      {{{"error", "Connection refused"}},
       0,
       false,
       "the master does not answer yet: Connection refused"},
      {{{"status", 403}},
       0,
       false,
       "the master refuses this job's token: another cluster may listen there"},
      {{{"status", 500}}, 0, false, "the master does not answer yet: HTTP status 500"},
      {{{"status", 200}, {"body", "<html>"}}, 0, false, "the master does not list its workers yet"},
      {{{"status", 200}, {"body", R"({"aliveworkers": "2"})"}},
       0,
       false,
       "the master does not list its workers yet"},
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
