// Spark on Kubernetes: what is rendered, and what the operator's answers mean.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kubernetes/native_pods.hpp"
#include "spark.hpp"
#include "spark_memory.hpp"

namespace berth {
namespace {

using nlohmann::json;
constexpr auto& at = value_at;

constexpr std::int64_t kMi = std::int64_t{1} << 20;

json a_request(const char* section) {
  return {{"type", "spark"},
          {"name", "etl"},
          {"labels", {{"tier", "experiment"}}},
          {"spark", json::parse(section)}};
}

json an_application() {
  return a_request(R"--({"spark_version": "4.3.0", "image": "acme/spark:4.3.0", "main": "job.py",
                       "arguments": ["--day", "$(7)"], "sources": {"job.py": "x = 1"},
                       "py_files": ["/srv/a.zip", "s3a://b/c.zip"],
                       "conf": {"spark.sql.shuffle.partitions": 8},
                       "environment": {"DAY": "$7"},
                       "driver": {"cpu": 1, "memory": "2Gi"},
                       "executors": {"replicas": 2, "cpu": "1500m", "memory": "4Gi", "gpu": 1,
                                     "sku": ["H100", "A100-80GB"]}})--");
}

json render(const json& request, const Spark& spark = {}) {
  return json::parse(spark.render(json{{"format", "kubernetes/objects"},
                                       {"job", "j7k2"},
                                       {"attempt", 1},
                                       {"name", "j7k2-a1"},
                                       {"token", "c0ffee"},
                                       {"request", request}}
                                      .dump()));
}

TEST(SparkObjects, AreAnApplicationThatRunsOnce) {
  const json workload = render(an_application());
  const json& spec = at(workload, "/object/spec");
  EXPECT_EQ(workload["object"]["kind"], "SparkApplication");
  EXPECT_EQ(at(workload, "/object/metadata/labels"), json({{"tier", "experiment"}}));
  EXPECT_EQ(spec["restartPolicy"], json({{"type", "Never"}}));
  EXPECT_EQ(spec["type"], "Python");
  EXPECT_EQ(spec["mode"], "cluster");
  EXPECT_EQ(spec["image"], "acme/spark:4.3.0");
  EXPECT_EQ(spec["mainApplicationFile"], "local:///berth/files/job.py");
  EXPECT_EQ(spec["arguments"], json::parse(R"--(["--day", "$(7)"])--"));
  EXPECT_EQ(spec["deps"]["pyFiles"], json::parse(R"(["local:///srv/a.zip", "s3a://b/c.zip"])"));
  EXPECT_FALSE(spec.contains("dynamicAllocation"));
  EXPECT_EQ(workload["main"], "driver");
  EXPECT_EQ(workload["endpoints"]["ui"], json({{"group", "driver"}, {"port", 4040}}));
  EXPECT_EQ(workload["image"], "/spec/image");
}

TEST(SparkObjects, AskForJustTheAmountsOfTheirGroups) {
  const json spec = render(an_application())["object"]["spec"];
  const json& executor = spec["executor"];
  EXPECT_EQ(executor["instances"], 2);
  EXPECT_EQ(executor["cores"], 2);
  EXPECT_EQ(executor["coreRequest"], "1500m");
  EXPECT_EQ(executor["coreLimit"], "1500m");
  EXPECT_EQ(executor["memory"], "2925m");
  EXPECT_EQ(executor["memoryOverhead"], "1171m");  // 4096 in all
  EXPECT_EQ(spec["driver"]["memory"], "1462m");
  EXPECT_EQ(spec["driver"]["memoryOverhead"], "586m");  // 2048 in all
  const json counted = render(a_request(R"({"main": "/a.py", "conf": {
      "spark.memory.offHeap.enabled": true, "spark.memory.offHeap.size": "100m",
      "spark.executor.pyspark.memory": "200"}, "executors": {"memory": "4Gi"}})"));
  EXPECT_EQ(at(counted, "/object/spec/executor/memoryOverhead"), "871m");
}

TEST(SparkObjects, AreClosedByASecretThatIsAFile) {
  const json workload = render(an_application());
  const json& conf = at(workload, "/object/spec/sparkConf");
  for (const auto& [name, value] :
       {std::pair{"spark.authenticate", "true"},
        {"spark.authenticate.secret.driver.file", "/berth/secret/auth_token"},
        {"spark.authenticate.secret.executor.file", "/berth/secret/auth_token"},
        {"spark.network.crypto.enabled", "true"},
        {"spark.network.crypto.saslFallback", "false"},
        {"spark.ui.killEnabled", "false"},
        {"spark.sql.shuffle.partitions", "8"},
        {"spark.app.name", "etl"}}) {
    EXPECT_EQ(conf.value(name, "missing"), value) << name;
  }
  EXPECT_EQ(workload["object"].dump().find("c0ffee"), std::string::npos);
  EXPECT_EQ(at(workload, "/secrets/0/name"), "j7k2-a1-token");
  EXPECT_EQ(at(workload, "/secrets/0/data/auth_token"), "c0ffee");
  EXPECT_EQ(at(workload, "/secrets/0/data/auth_token_base64"), "YzBmZmVl");
  EXPECT_EQ(at(workload, "/object/spec/executor/template/spec/containers/0/env/2/valueFrom"),
            json::parse(R"({"secretKeyRef": {"name": "j7k2-a1-token", "key": "auth_token_base64"}})"));
  for (const char* role : {"driver", "executor"}) {
    const json& pod = at(workload, std::string("/object/spec/") + role + "/template/spec");
    EXPECT_EQ(at(pod, "/containers/0/name"), std::string("spark-kubernetes-") + role);
    EXPECT_EQ(at(pod, "/containers/0/volumeMounts/0/mountPath"), "/berth/secret");
    EXPECT_EQ(at(pod, "/volumes/0/secret/secretName"), "j7k2-a1-token");
    EXPECT_EQ(at(pod, "/containers/0/env/1"), json({{"name", "DAY"}, {"value", "$$7"}}));
  }
}

TEST(SparkObjects, CarryTheirSourcesAsFiles) {
  const json workload = render(a_request(
      R"({"main": "job.py", "directory": "src", "sources": {"src/job.py": "x", "src/lib/a.py": "y"}})"));
  EXPECT_EQ(at(workload, "/object/spec/mainApplicationFile"), "local:///berth/files/src/job.py");
  EXPECT_EQ(at(workload, "/secrets/1"),
            json::parse(R"({"name": "j7k2-a1-files", "data": {"file-0": "x", "file-1": "y"}})"));
  EXPECT_EQ(at(workload, "/object/spec/driver/template/spec/volumes/1/secret/items"),
            json::parse(R"([{"key": "file-0", "path": "src/job.py"},
                            {"key": "file-1", "path": "src/lib/a.py"}])"));
  const json elsewhere = render(a_request(R"({"main": "job.py", "directory": "/srv/app"})"));
  EXPECT_EQ(at(elsewhere, "/object/spec/mainApplicationFile"), "local:///srv/app/job.py");
  EXPECT_EQ(at(elsewhere, "/object/spec/driver/template/spec/containers/0/workingDir"), "/srv/app");
}

TEST(SparkObjects, GiveExecutorsTheirGpus) {
  const json workload = render(an_application());
  const json& conf = at(workload, "/object/spec/sparkConf");
  EXPECT_EQ(conf["spark.executor.resource.gpu.amount"], "1");
  EXPECT_EQ(conf["spark.executor.resource.gpu.vendor"], "nvidia.com");
  EXPECT_EQ(conf["spark.executor.resource.gpu.discoveryScript"], "/berth/secret/gpus.sh");
  EXPECT_EQ(conf["spark.task.resource.gpu.amount"], "0.500000");
  EXPECT_EQ(at(workload, "/secrets/0/data/gpus.sh"),
            "#!/bin/sh\necho '{\"addresses\":[\"0\"],\"name\":\"gpu\"}'\n");
  EXPECT_EQ(at(workload, "/object/spec/executor/template/spec/volumes/0/secret/defaultMode"), 0555);
  EXPECT_EQ(workload["pods"][1]["skus"], json::parse(R"(["H100", "A100-80GB"])"));
  EXPECT_EQ(workload["pods"][1]["gpu"], true);
}

TEST(SparkObjects, TakeWhatTheJobWritesOfPodTemplates) {
  json request = an_application();
  request["spark"]["pod_template"] = json::parse(R"({"spec": {"nodeSelector": {"disk": "ssd"},
      "containers": [{"name": "spark-kubernetes-driver", "tty": true},
                     {"name": "log", "resources": {"requests": {"memory": "64Mi"}}}]}})");
  request["spark"]["executors"]["pod_template"] =
      json::parse(R"({"spec": {"priorityClassName": "low"}})");
  const json spec = render(request)["object"]["spec"];
  EXPECT_EQ(at(spec, "/driver/template/spec/containers/0/tty"), true);
  EXPECT_EQ(at(spec, "/executor/template/spec/containers").size(), 2u);
  EXPECT_EQ(at(spec, "/executor/template/spec/containers/1/name"), "log");
  EXPECT_EQ(at(spec, "/executor/template/spec/priorityClassName"), "low");
  EXPECT_EQ(at(spec, "/driver/template/spec/nodeSelector/disk"), "ssd");
  const json groups = json::parse(Spark().groups(request.dump()));
  EXPECT_EQ(groups[0]["memory_bytes"], (2048 + 64) * kMi);
  EXPECT_EQ(groups[1]["memory_bytes"], (4096 + 64) * kMi);
  EXPECT_EQ(groups[1]["gpu_milli"], 1000);
}

TEST(SparkObjects, GiveDriversTheAccountOfTheSiteUnlessTheyNameOne) {
  Spark spark;
  spark.driver_service_account = "spark-driver";
  json request = an_application();
  const json usual = render(request, spark)["object"]["spec"];
  EXPECT_EQ(at(usual, "/driver/template/spec/serviceAccountName"), "spark-driver");
  EXPECT_FALSE(at(usual, "/executor/template/spec").contains("serviceAccountName"));
  request["spark"]["driver"]["pod_template"] =
      json::parse(R"({"spec": {"serviceAccountName": "mine"}})");
  const json own = render(request, spark)["object"]["spec"];
  EXPECT_EQ(at(own, "/driver/template/spec/serviceAccountName"), "mine");
}

TEST(SparkObjects, FindMemoryThatDoesNotFit) {
  struct Row {
    const char* section;
    const char* problem;
  };
  const Row rows[] = {
      {R"({"main": "/a.py", "conf": {"spark.memory.offHeap.size": "9g"}})", ""},
      {R"({"main": "/a.py", "conf": {"spark.memory.offHeap.size": "9g",
                                     "spark.memory.offHeap.enabled": "true"}})",
       "spark.conf.spark.memory.offHeap.size: makes 9216Mi beside the heap; an executor's memory "
       "leaves 586Mi"},
      {R"({"main": "/a.py", "conf": {"spark.executor.pyspark.memory": "lots"}})",
       "spark.conf.spark.executor.pyspark.memory: \"lots\" is no amount of memory"},
      {R"({"main": "/a.py", "driver": {"pod_template": {"spec": {"containers": [
            {"name": "spark-kubernetes-driver", "resources": {"limits": {"memory": "9Gi"}}}]}}}})",
       "spark.driver.pod_template.spec.containers[0].resources.limits.memory: follows from the "
       "job's own fields"},
  };
  for (const Row& row : rows) {
    const problems found = Spark().validate(a_request(row.section).dump());
    EXPECT_EQ(found.empty() ? "" : found.rows()[0].path + ": " + found.rows()[0].message,
              row.problem);
  }
}

TEST(SparkObjects, ReadMemoryAsSparkDoes) {
  struct Row {
    const char* text;
    std::optional<std::int64_t> bytes;
  };
  for (const Row& row : {Row{"512m", 512 * kMi}, Row{"1g", 1024 * kMi}, Row{"2GB", 2048 * kMi},
                         Row{"1gib", 1024 * kMi}, Row{"7", 7 * kMi}, Row{"9b", 9},
                         Row{"1.5g", std::nullopt}, Row{"g", std::nullopt}, Row{"", std::nullopt},
                         Row{"5x", std::nullopt}, Row{"99999999p", std::nullopt}}) {
    EXPECT_EQ(parse_spark_memory(row.text, kMi), row.bytes) << row.text;
  }
  EXPECT_EQ(overhead_of(1024 * kMi, 0.1), 384 * kMi);
  EXPECT_EQ(overhead_of(10240 * kMi, 0.4), 4096 * kMi);
}

// ---- interpretation

json ended(const char* group, const char* name, int code, const char* reason = "Error") {
  return ended_pod(group, name, std::string("spark-kubernetes-") + group, code, reason,
                   code == 3 ? "Traceback\nValueError: no\n" : "");
}

json interpret(const json& status) {
  return json::parse(Spark().interpret(
      json{{"format", "kubernetes/objects"},
           {"groups", json::parse(R"([{"name": "driver"}, {"name": "executor", "count": 2}])")},
           {"status", status}}
          .dump()));
}

json seen_in(const char* state, const json& pods, const char* error = "", int attempts = 1) {
  return interpret({{"object",
                     {{"kind", "SparkApplication"},
                      {"name", "j1-a1"},
                      {"status",
                       {{"applicationState", {{"state", state}, {"errorMessage", error}}},
                        {"executionAttempts", attempts}}}}},
                    {"pods", pods}});
}

TEST(SparkObjects, SayWhatTheOperatorsStatesMean) {
  const json driver = a_pod("driver", "d"), one = a_pod("executor", "e1"),
             two = a_pod("executor", "e2");
  const json all = json::array({driver, one, two});
  json unscheduled = a_pod("executor", "e2", "Pending", false);
  unscheduled["unscheduled"] = {{"reason", "Unschedulable"}, {"message", "0/1 nodes"}};
  json unpullable = a_pod("driver", "d", "Pending", false);
  unpullable["containers"].push_back({{"name", "spark-kubernetes-driver"},
                                      {"state", "waiting"},
                                      {"reason", "InvalidImageName"},
                                      {"image", "A"}});
  json as_if_running = ended("driver", "d", 3);
  as_if_running["phase"] = "Running";
  struct Row {
    const char* name;
    const char* operators;
    json pods;
    const char* state;
    const char* reason;
    const char* message;
  };
  const char* suspended = "suspended: whoever did that, such as Kueue, has to resume it";
  const Row rows[] = {
      {"new", "", json::array(), "starting", "", "waits for the Spark operator"},
      {"submitted", "SUBMITTED", json::array({a_pod("driver", "d", "Pending", false)}), "starting",
       "", "driver starting"},
      {"driver runs", "RUNNING", json::array({driver}), "running", "", "0 of 2 executors ready"},
      {"an executor has no node", "RUNNING", json::array({driver, one, unscheduled}), "running", "",
       "e2: no node takes it: 0/1 nodes"},
      {"all run", "RUNNING", all, "ready", "", ""},
      {"succeeding", "SUCCEEDING", json::array({driver}), "running", "", "0 of 2 executors ready"},
      {"failing", "FAILING", json::array({driver}), "running", "", "0 of 2 executors ready"},
      {"completed", "COMPLETED", json::array({ended("driver", "d", 0)}), "succeeded", "",
       "exit code 0"},
      {"the driver ended well before it is said", "RUNNING",
       json::array({ended("driver", "d", 0)}), "succeeded", "", "exit code 0"},
      {"failed", "FAILED", json::array({ended("driver", "d", 3)}), "failed", "AppFailed",
       "exit code 3; last line: ValueError: no"},
      {"the driver failed before it is said", "RUNNING", json::array({ended("driver", "d", 3)}),
       "failed", "AppFailed", "exit code 3; last line: ValueError: no"},
      {"the operator says so before the pod does", "FAILED", json::array({as_if_running}), "failed",
       "AppFailed", "exit code 3; last line: ValueError: no"},
      {"failed and gone", "FAILED", json::array({gone(ended("driver", "d", 137, "OOMKilled"))}),
       "failed", "OOMKilled", "out of memory: over the container's limit"},
      {"an executor ran out", "FAILED",
       json::array({ended("driver", "d", 1), gone(ended("executor", "e1", 137, "OOMKilled"))}),
       "failed", "OOMKilled", "exit code 1; e1: out of memory: over the container's limit"},
      {"driver gone", "FAILED", json::array(), "failed", "Evicted",
       "the driver's pod was deleted by somebody else, or with its node"},
      {"image", "SUBMITTED", json::array({unpullable}), "failed", "ImagePullFailed",
       "d/spark-kubernetes-driver: there can be no image A"},
      {"again", "PENDING_RERUN", json::array(), "starting", "", "the operator submits it again"},
      {"invalidating", "INVALIDATING", all, "starting", "", "the operator submits it again"},
      {"suspending", "SUSPENDING", all, "starting", "", suspended},
      {"suspended", "SUSPENDED", json::array(), "starting", "", suspended},
      {"resuming", "RESUMING", json::array(), "starting", "", suspended},
      {"out of sight", "UNKNOWN", all, "ready", "", "the operator says \"UNKNOWN\""},
      {"a word of tomorrow", "PONDERING", json::array({driver}), "running", "",
       "0 of 2 executors ready; the operator says \"PONDERING\""},
  };
  for (const Row& row : rows) {
    const char* error = row.name == std::string("driver gone") ? "driver pod not found" : "";
    const json seen = seen_in(row.operators, row.pods, error);
    EXPECT_EQ(seen["state"], row.state) << row.name;
    EXPECT_EQ(seen["reason"], row.reason) << row.name;
    EXPECT_EQ(seen["message"], row.message) << row.name;
    EXPECT_EQ(seen["probe"], false) << row.name;
  }
}

TEST(SparkObjects, BelieveTheOperatorBeforeTheDriverIsHeardOf) {
  const json running = json::array({a_pod("driver", "d", "Running", true)});
  const json failed =
      seen_in("FAILED", running, "driver container failed with ExitCode: 3, Reason: Error");
  EXPECT_EQ(failed["reason"], "AppFailed");
  EXPECT_EQ(failed["exit_code"], 3);
  EXPECT_EQ(failed["message"], "driver container failed with ExitCode: 3, Reason: Error");
  const json killed =
      seen_in("FAILED", running, "driver container failed with ExitCode: 137, Reason: OOMKilled");
  EXPECT_EQ(killed["reason"], "OOMKilled");
  EXPECT_EQ(killed["exit_code"], 137);
}

TEST(SparkObjects, TellASubmissionThatFailedFromAProgramThatDid) {
  for (const char* state : {"SUBMISSION_FAILED", "FAILED"}) {
    const json seen = seen_in(state, json::array(), "failed to run spark-submit: no image", 0);
    EXPECT_EQ(seen["reason"], "SubmissionFailed") << state;
    EXPECT_EQ(seen["message"], "failed to run spark-submit: no image") << state;
    EXPECT_EQ(seen["exit_code"], 1) << state;
    const char* log =
        "failed to run spark-submit: WARNING: Using incubator modules\n"
        "26/11/26 16:22:45 INFO Factory: configured\n"
        "Exception in thread \"main\" E: no\n\tat a.B.c(B.java:1)\n"
        "Caused by: F: connection refused\n\tat a.G.h(G.java:3)\n\t... 8 more\n"
        "26/11/26 16:22:46 INFO ShutdownHookManager: Shutdown hook called";
    EXPECT_EQ(seen_in(state, json::array(), log, 0)["message"],
              "spark-submit failed: Caused by: F: connection refused")
        << state;
  }
  EXPECT_EQ(seen_in("FAILED", json::array(), "driver container status missing")["reason"],
            "AppFailed");
  EXPECT_EQ(seen_in("FAILED", json::array({ended("driver", "d", 3)}))["exit_code"], 3);
}

TEST(SparkObjects, ShowTheDriverItsPageAndBadEnds) {
  const json seen = interpret(
      {{"object",
        {{"status", {{"applicationState", {{"state", "RUNNING"}}}}},
         {"annotations",
          {{"berth.dev/endpoints", R"({"ui": {"group": "driver", "port": 4040}})"}}}}},
       {"pods", json::array({a_pod("driver", "d"), gone(ended("executor", "e1", 137, "OOMKilled")),
                             a_pod("executor", "e2")})}});
  EXPECT_EQ(seen["head"], json({{"name", "d"}, {"ip", "10.0.0.1"}}));
  EXPECT_EQ(seen["endpoints"], json({{"ui", "10.0.0.1:4040"}}));
  EXPECT_EQ(seen["environment"], json({{"_SPARK_AUTH_SECRET", "{token}"}}));
  EXPECT_EQ(seen["ready"], 1);
  ASSERT_EQ(seen["pod_errors"].size(), 1u);
  EXPECT_EQ(seen["pod_errors"][0]["pod"], "e1");
  EXPECT_EQ(seen["pod_errors"][0]["reason"], "OOMKilled");
}

TEST(SparkObjects, AreLostWhenSomebodyElseDeletesThem) {
  EXPECT_EQ(interpret({{"gone", true}})["reason"], "Evicted");
}

}  // namespace
}  // namespace berth
