// Manifests of Spark applications as people have them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kubernetes/native_pods.hpp"
#include "kubernetes/operator_samples.hpp"
#include "spark.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::int64_t kMi = std::int64_t{1} << 20;

json an_application() {
  return json::parse(R"({
    "apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication",
    "metadata": {"name": "pi"},
    "spec": {"type": "Scala", "mode": "cluster", "image": "x", "sparkVersion": "4.0.0",
             "mainApplicationFile": "local:///a.jar", "mainClass": "Pi",
             "sparkConf": {"spark.authenticate": "true"},
             "driver": {"cores": 1, "memory": "512m", "serviceAccount": "s"},
             "executor": {"cores": 2, "coreRequest": "500m", "instances": 3, "memory": "4g"}}})");
}

json a_request(const json& manifest) { return {{"type", "spark"}, {"manifest", manifest}}; }

problems validate(const json& manifest) { return Spark().validate(a_request(manifest).dump()); }

json groups(const json& manifest) {
  return json::parse(Spark().groups(a_request(manifest).dump()));
}

json render(const json& manifest) {
  return json::parse(Spark().render(json{{"format", "kubernetes/objects"},
                                         {"name", "j7k2-a1"},
                                         {"token", "c0ffee"},
                                         {"request", a_request(manifest)}}
                                        .dump()));
}

TEST(SparkManifest, IsPlannedAsSparkCountsItsPods) {
  struct Row {
    const char* pointer;
    json value;
    std::int64_t executor_cpu, executor_mi, count;
  };
  const std::int64_t heap = 4096;
  const Row rows[] = {
      {"/spec/executor/instances", 3, 500, heap + 409, 3},
      {"/spec/type", "Python", 500, heap + 1638, 3},
      {"/spec/memoryOverheadFactor", "0.5", 500, heap + 2048, 3},
      {"/spec/executor/memoryOverhead", "1g", 500, heap + 1024, 3},
      {"/spec/executor/memoryOverhead", "100", 500, heap + 100, 3},
      {"/spec/executor/memory", nullptr, 500, 1024 + 384, 3},
      {"/spec/executor/coreRequest", nullptr, 2000, heap + 409, 3},
      {"/spec/sparkConf/spark.executor.pyspark.memory", "1g", 500, heap + 409 + 1024, 3},
      {"/spec/dynamicAllocation",
       {{"enabled", true}, {"minExecutors", 5}, {"maxExecutors", 5}}, 500, heap + 409, 5},
      {"/spec/executor/sidecars",
       {{{"name", "s"}, {"resources", {{"requests", {{"cpu", "100m"}, {"memory", "1Mi"}}}}}}}, 600,
       heap + 409 + 1, 3},
      // What a template says of Spark's own container is not what Spark asks for.
      {"/spec/executor/template",
       json::parse(R"({"spec": {"containers": [{"name": "spark-kubernetes-executor",
           "resources": {"requests": {"cpu": 9, "memory": "9Gi"}}}]}})"), 500, heap + 409, 3},
  };
  for (const Row& row : rows) {
    const json manifest = with(an_application(), row.pointer, row.value);
    ASSERT_TRUE(validate(manifest).empty()) << row.pointer << validate(manifest).json();
    const json executor = groups(manifest)[1];
    EXPECT_EQ(executor["cpu_milli"], row.executor_cpu) << row.pointer;
    EXPECT_EQ(executor["memory_bytes"], row.executor_mi * kMi) << row.pointer;
    EXPECT_EQ(executor["count"], row.count) << row.pointer;
  }
  const json driver = groups(an_application())[0];
  EXPECT_EQ(driver["cpu_milli"], 1000);
  EXPECT_EQ(driver["memory_bytes"], (512 + 384) * kMi);
}

TEST(SparkManifest, CountsGpusHoweverTheyAreAskedFor) {
  EXPECT_EQ(groups(with(an_application(), "/spec/executor/gpu",
                        {{"name", "nvidia.com/gpu"}, {"quantity", 2}}))[1]["gpu_milli"],
            2000);
  EXPECT_EQ(groups(with(an_application(), "/spec/sparkConf/spark.executor.resource.gpu.amount",
                        "1"))[1]["gpu_milli"],
            1000);
  EXPECT_EQ(groups(with(an_application(), "/spec/driver/gpu",
                        {{"name", "amd.com/gpu"}, {"quantity", 1}}))[0]["extra"],
            json({{"amd.com/gpu", 1000}}));
}

TEST(SparkManifest, ReachesTheClusterAsItWas) {
  const json workload = render(an_application());
  std::set<std::string> changed;
  note_differences(an_application(), workload["object"], changed);
  EXPECT_EQ(changed, (std::set<std::string>{"+/metadata/annotations", "~/metadata/name"}));
  EXPECT_EQ(workload["kept_manifest"], true);
  EXPECT_EQ(workload["secrets"], json::array());
}

// With a pod template the operator's webhook would no longer add what the manifest asks for.
TEST(SparkManifest, IsNotGivenAPodTemplateThatItHasNot) {
  EXPECT_EQ(render(an_application())["pods"][1]["fields"], json::parse(R"({
      "labels": "/spec/executor/labels", "node_selector": "/spec/nodeSelector",
      "tolerations": "/spec/executor/tolerations", "affinity": "/spec/executor/affinity"})"));
  const json by_role = with(an_application(), "/spec/driver/nodeSelector", {{"a", "b"}});
  EXPECT_EQ(render(by_role)["pods"][1]["fields"]["node_selector"], "/spec/executor/nodeSelector");
  const json own = with(an_application(), "/spec/executor/template", json::object());
  EXPECT_FALSE(render(own)["pods"][1].contains("fields"));
}

TEST(SparkManifest, IsToldByPathWhatCannotBe) {
  struct Row {
    const char* pointer;
    json value;
    const char* problem;
  };
  const Row rows[] = {
      {"/spec/driver/labels", {{"a", "b"}}, ""},
      {"/spec/suspend", false, ""},
      {"/kind", "ScheduledSparkApplication",
       "manifest.kind: \"ScheduledSparkApplication\" is no Spark that Berth runs"},
      {"/spec/suspend", true,
       "manifest.spec.suspend: nobody would resume it: Berth starts a job when there is room"},
      {"/spec/mode", "in-cluster-client",
       "manifest.spec.mode: \"in-cluster-client\" runs its driver where Berth does not see it"},
      {"/spec/executor", nullptr, "manifest.spec.executor: must be there"},
      {"/spec/executor/instances", 0,
       "manifest.spec.executor.instances: must be 1 to 10000, is 0"},
      {"/spec/executor/memory", "lots",
       "manifest.spec.executor.memory: \"lots\" is no amount of memory"},
      {"/spec/executor/coreRequest", "two",
       "manifest.spec.executor.coreRequest: \"two\" is no quantity"},
      {"/spec/memoryOverheadFactor", "half",
       "manifest.spec.memoryOverheadFactor: \"half\" is no number"},
      {"/spec/dynamicAllocation", {{"enabled", true}, {"minExecutors", 1}, {"maxExecutors", 4}},
       "manifest.spec.dynamicAllocation.maxExecutors: must be minExecutors, which is 1, until "
       "there are elastic groups"},
      {"/spec/sparkConf/spark.dynamicAllocation.enabled", "true",
       "manifest.spec.sparkConf.spark.dynamicAllocation.enabled: the number of executors must be "
       "fixed until there are elastic groups"},
      {"/metadata/ownerReferences", json::array(),
       "manifest.metadata.ownerReferences: another object owns it, and would take it away"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(first(validate(with(an_application(), row.pointer, row.value)).rows()), row.problem)
        << row.pointer;
  }
}

TEST(SparkManifest, IsToldByPathWhatHoldsOtherwise) {
  const json again = with(an_application(), "/spec/restartPolicy",
                          {{"type", "OnFailure"}, {"onFailureRetries", 3}});
  EXPECT_EQ(first(validate(again).notes()),
            "manifest.spec.restartPolicy: is {\"type\":\"Never\"} now: Berth has to see how the job "
            "ends, and retries it itself");
  EXPECT_EQ(render(again)["object"]["spec"]["restartPolicy"], json({{"type", "Never"}}));
  const json short_lived = with(an_application(), "/spec/timeToLiveSeconds", 60);
  EXPECT_EQ(first(validate(short_lived).notes()),
            "manifest.spec.timeToLiveSeconds: is left out: Berth takes everything away when the job "
            "is over");
  json open = an_application();
  open["spec"].erase("sparkConf");
  EXPECT_EQ(first(validate(open).notes()),
            "manifest.spec.sparkConf.spark.authenticate: is not true: whoever reaches its ports may "
            "act as one of its executors");
  json uncounted = an_application();
  uncounted["spec"]["executor"].erase("instances");
  EXPECT_EQ(first(validate(uncounted).notes()),
            "manifest.spec.executor.instances: is 1 now: operators differ in what they take for "
            "none");
  EXPECT_EQ(render(uncounted)["object"]["spec"]["executor"]["instances"], 1);
}

// What is to be said of the operator's own samples.
const std::map<std::string, std::string> kRefused = {
    {"spark-pi-dynamic-allocation.yaml", "manifest.spec.dynamicAllocation.maxExecutors"},
};

TEST(SparkManifest, TakesTheOperatorsOwnSamples) {
  const auto samples = operator_samples("spark", {"SparkApplication"});
  if (samples.empty()) GTEST_SKIP() << "no samples in $BERTH_KUBERNETES/samples/spark";
  std::size_t taken = 0;
  for (const SampleManifest& sample : samples) {
    const problems found = validate(sample.object);
    const auto refused = kRefused.find(sample.file);
    EXPECT_EQ(found.empty(), refused == kRefused.end()) << sample.file << found.json();
    if (!found.empty()) {
      EXPECT_TRUE(refused == kRefused.end() || found.rows()[0].path == refused->second)
          << sample.file << found.json();
      continue;
    }
    ++taken;
    EXPECT_EQ(groups(sample.object).size(), 2u) << sample.file;
    std::set<std::string> changed;
    note_differences(sample.object, render(sample.object)["object"], changed);
    for (const char* ours : {"+/metadata/annotations", "-/metadata/namespace", "~/metadata/name",
                             "~/spec/restartPolicy/type", "-/spec/timeToLiveSeconds"}) {
      changed.erase(ours);
    }
    std::erase_if(changed, [](const std::string& path) {
      return path.starts_with("-/spec/restartPolicy/");  // retries, which are off
    });
    EXPECT_EQ(changed, std::set<std::string>()) << sample.file;
  }
  EXPECT_GE(taken, 10u);
}

}  // namespace
}  // namespace berth
