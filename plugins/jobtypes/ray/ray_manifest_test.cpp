// Manifests of Ray as people have them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kubernetes/native_pods.hpp"
#include "kubernetes/operator_samples.hpp"
#include "ray.hpp"

namespace berth {
namespace {

using nlohmann::json;

json a_cluster() {
  return json::parse(R"({
    "apiVersion": "ray.io/v1", "kind": "RayCluster",
    "metadata": {"name": "mine", "namespace": "home", "labels": {"a": "b"}},
    "spec": {
      "rayVersion": "2.60.0",
      "authOptions": {"mode": "token"},
      "headGroupSpec": {"rayStartParams": {"dashboard-port": "9000"}, "template": {"spec": {
          "containers": [{"name": "h", "image": "x", "resources": {"requests": {"cpu": 1}}}]}}},
      "workerGroupSpecs": [
        {"groupName": "gpu", "replicas": 2, "minReplicas": 1, "maxReplicas": 5, "numOfHosts": 2,
         "rayStartParams": {}, "template": {"spec": {"containers": [
            {"name": "w", "resources": {"limits": {"cpu": "2", "memory": "4Gi",
                                                   "nvidia.com/gpu": 1, "acme.com/nic": 2}}},
            {"name": "log", "resources": {"requests": {"cpu": "100m"}}}]}}}]}})");
}

json a_job() {
  json cluster = a_cluster();
  json spec = {{"entrypoint", "python x.py"}, {"rayClusterSpec", cluster["spec"]}};
  cluster["kind"] = "RayJob";
  cluster["spec"] = spec;
  return cluster;
}

json a_request(const json& manifest) { return {{"type", "ray"}, {"manifest", manifest}}; }

problems validate(const json& manifest) { return Ray().validate(a_request(manifest).dump()); }

json groups(const json& manifest) {
  return json::parse(Ray().groups(a_request(manifest).dump()));
}

json render(const json& manifest) {
  return json::parse(Ray().render(json{{"format", "kubernetes/objects"},
                                       {"job", "j7k2"},
                                       {"attempt", 1},
                                       {"name", "j7k2-a1"},
                                       {"token", "c0ffee"},
                                       {"request", a_request(manifest)}}
                                      .dump()));
}

TEST(RayManifest, IsPlannedFromItsPodTemplates) {
  EXPECT_EQ(groups(a_cluster()), json::parse(R"([
      {"name": "head", "count": 1, "cpu_milli": 1000, "memory_bytes": 0, "gpu_milli": 0,
       "skus": []},
      {"name": "gpu", "count": 4, "cpu_milli": 2100, "memory_bytes": 4294967296, "gpu_milli": 1000,
       "skus": [], "extra": {"acme.com/nic": 2000}}])"));
  const json of_job = groups(a_job());
  ASSERT_EQ(of_job.size(), 3u);
  EXPECT_EQ(of_job[2]["name"], "driver");
  EXPECT_EQ(of_job[2]["cpu_milli"], 500);
  EXPECT_EQ(groups(with(a_job(), "/spec/submissionMode", "HTTPMode")).size(), 2u);
  EXPECT_EQ(groups(with(a_job(), "/spec/submissionMode", "SidecarMode"))[0]["cpu_milli"], 1500);
  EXPECT_EQ(groups(with(a_cluster(), "/spec/workerGroupSpecs/0/replicas", 9))[1]["count"], 10);
  EXPECT_EQ(groups(with(with(a_cluster(), "/spec/workerGroupSpecs/0/replicas", 0),
                        "/spec/workerGroupSpecs/0/minReplicas", 0))
                .size(),
            1u);
}

TEST(RayManifest, ReachesTheClusterAsItWas) {
  for (const json& manifest : {a_cluster(), a_job()}) {
    const json workload = render(manifest);
    std::set<std::string> changed;
    note_differences(manifest, workload["object"], changed);
    changed.erase("+/spec/submitterPodTemplate");  // KubeRay's own, written out
    EXPECT_EQ(changed, (std::set<std::string>{"+/metadata/annotations", "-/metadata/namespace",
                                              "~/metadata/name"}));
    EXPECT_EQ(workload["object"]["metadata"]["annotations"],
              json({{"berth.dev/manifest-name", "mine"}}));
    EXPECT_EQ(workload["kept_manifest"], true);
    EXPECT_EQ(workload["secrets"], json::array());
    EXPECT_EQ(workload["endpoints"]["dashboard"]["port"], 9000);
    EXPECT_EQ(workload["pods"][0]["container"], "h");
  }
}

TEST(RayManifest, IsToldByPathWhatCannotBe) {
  struct Row {
    const char* pointer;
    json value;
    const char* problem;
  };
  const Row of_cluster[] = {
      {"/metadata/labels/c", "d", ""},
      {"/kind", "RayService", "manifest.kind: \"RayService\" is no Ray that Berth runs"},
      {"/spec", 5, "manifest.spec: must be an object, is number"},
      {"/metadata/annotations", {1}, "manifest.metadata.annotations: must be an object, is array"},
      {"/metadata/labels", "x", "manifest.metadata.labels: must be an object, is string"},
      {"/metadata/finalizers", {"x"}, "manifest.metadata.finalizers: it could not be released"},
      {"/spec/suspend", true,
       "manifest.spec.suspend: nobody would resume it: Berth starts a job when there is room"},
      {"/spec/managedBy", "kueue.x-k8s.io/multikueue",
       "manifest.spec.managedBy: \"kueue.x-k8s.io/multikueue\" would take it elsewhere; Berth "
       "chooses the cluster"},
      {"/spec/headGroupSpec", nullptr, "manifest.spec.headGroupSpec: must be there"},
      {"/spec/headGroupSpec/template/spec/containers", json::array(),
       "manifest.spec.headGroupSpec.template.spec.containers: must have a container: the first "
       "runs Ray"},
      {"/spec/enableInTreeAutoscaling", true,
       "manifest.spec.workerGroupSpecs[0].maxReplicas: must be minReplicas, which is 1, until "
       "there are elastic groups"},
      {"/spec/workerGroupSpecs/0/suspend", true,
       "manifest.spec.workerGroupSpecs[0].suspend: nobody would resume it"},
      {"/spec/workerGroupSpecs/0/groupName", "head",
       "manifest.spec.workerGroupSpecs[0].groupName: \"head\" is no name for a group of workers"},
      {"/spec/workerGroupSpecs/0/replicas", "two",
       "manifest.spec.workerGroupSpecs[0].replicas: must be a whole number, is string"},
      {"/spec/workerGroupSpecs/0/minReplicas", 9,
       "manifest.spec.workerGroupSpecs[0].minReplicas: must be 0 to maxReplicas, which is 5"},
      {"/spec/workerGroupSpecs/0/numOfHosts", 90000,
       "manifest.spec.workerGroupSpecs[0].replicas: makes 180000 pods; the most is 10000"},
      {"/spec/workerGroupSpecs/0/template/spec/containers/1/resources/limits", {{"cpu", "x"}},
       ""},
      {"/spec/workerGroupSpecs/0/template/spec/containers/1/resources/requests/cpu", "x",
       "manifest.spec.workerGroupSpecs[0].template.spec.containers[1].resources.cpu: \"x\" is no "
       "quantity"},
  };
  for (const Row& row : of_cluster) {
    EXPECT_EQ(first(validate(with(a_cluster(), row.pointer, row.value)).rows()), row.problem)
        << row.pointer;
  }
  const Row of_job[] = {
      {"/spec/clusterSelector", {{"ray.io/cluster", "x"}},
       "manifest.spec.clusterSelector: would run on a cluster that is another job's"},
      {"/spec/submissionMode", "InteractiveMode",
       "manifest.spec.submissionMode: nobody would submit its job"},
      {"/spec/rayClusterSpec", nullptr, "manifest.spec.rayClusterSpec: must be there"},
      {"/spec/rayClusterSpec/suspend", true,
       "manifest.spec.rayClusterSpec.suspend: nobody would resume it: Berth starts a job when "
       "there is room"},
  };
  for (const Row& row : of_job) {
    EXPECT_EQ(first(validate(with(a_job(), row.pointer, row.value)).rows()), row.problem)
        << row.pointer;
  }
  json both = a_request(a_cluster());
  both["ray"] = json::object();
  EXPECT_EQ(first(Ray().validate(both.dump()).rows()), "ray: a manifest is there as well");
}

TEST(RayManifest, IsToldByPathWhatHoldsOtherwise) {
  struct Row {
    const char* pointer;
    json value;
    const char* note;
    json becomes;  // null: it is left out
  };
  const json job = with(a_job(), "/metadata/namespace", nullptr);
  const Row rows[] = {
      {"/spec/backoffLimit", 2,
       "manifest.spec.backoffLimit: is 0 now: Berth has to see how the job ends, and retries it "
       "itself",
       0},
      {"/spec/shutdownAfterJobFinishes", true,
       "manifest.spec.shutdownAfterJobFinishes: is false now: Berth takes everything away when the "
       "job is over",
       false},
      {"/spec/ttlSecondsAfterFinished", 10,
       "manifest.spec.ttlSecondsAfterFinished: is left out: Berth takes everything away when the "
       "job is over",
       nullptr},
      {"/spec/deletionStrategy", {{"deletionRules", json::array()}},
       "manifest.spec.deletionStrategy: is left out: Berth takes everything away when the job is "
       "over",
       nullptr},
      {"/spec/rayClusterSpec/authOptions/mode", "disabled",
       "manifest.spec.rayClusterSpec.authOptions: does not ask for a token: whoever reaches the "
       "cluster's ports runs code there",
       "disabled"},
  };
  for (const Row& row : rows) {
    json manifest = with(job, row.pointer, row.value);
    manifest["metadata"].erase("namespace");
    const problems found = validate(manifest);
    EXPECT_TRUE(found.empty()) << found.json();
    EXPECT_EQ(first(found.notes()), row.note);
    const json object = render(manifest)["object"];
    const json::json_pointer path(row.pointer);
    EXPECT_EQ(object.contains(path) ? object.at(path) : json(), row.becomes) << row.pointer;
  }
  EXPECT_EQ(first(validate(a_cluster()).notes()),
            "manifest.metadata.namespace: is left out: the pool says where its jobs run");
}

TEST(RayManifest, MayBeSuspendedWhereKueueResumesIt) {
  json manifest = with(with(a_job(), "/spec/suspend", true), "/spec/shutdownAfterJobFinishes", true);
  manifest["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] = "research";
  EXPECT_TRUE(validate(manifest).empty()) << validate(manifest).json();
  EXPECT_EQ(render(manifest)["object"]["spec"]["suspend"], true);
  EXPECT_EQ(render(manifest)["object"]["spec"]["shutdownAfterJobFinishes"], true);
}

TEST(RayManifest, LosesWhatAnApiServerWroteIntoIt) {
  json manifest = with(with(a_cluster(), "/status", {{"state", "ready"}}), "/metadata/uid", "7");
  manifest["metadata"]["resourceVersion"] = "9";
  manifest["metadata"].erase("name");
  manifest["metadata"]["generateName"] = "mine-";
  const json object = render(manifest)["object"];
  EXPECT_FALSE(object.contains("status"));
  for (const char* member : {"uid", "resourceVersion", "generateName"}) {
    EXPECT_FALSE(object["metadata"].contains(member)) << member;
  }
  EXPECT_EQ(object["metadata"]["annotations"]["berth.dev/manifest-name"], "mine-");
}

// What is to be said of KubeRay's own samples; "" or a file that is not here: it is taken.
const std::map<std::string, std::string> kRefused = {
    {"ray-cluster-label-selector.yaml", "maxReplicas"},
    {"ray-cluster.auth.secret-ref.yaml", "maxReplicas"},
    {"ray-cluster.auth.yaml", "maxReplicas"},
    {"ray-cluster.autoscaler.yaml", "maxReplicas"},
    {"ray-cluster.autoscaler-v2.yaml", "maxReplicas"},
    {"ray-job.interactive-mode.yaml", "manifest.spec.submissionMode"},
    {"ray-job.use-existing-raycluster.yaml", "manifest.spec.clusterSelector"},
};

TEST(RayManifest, TakesTheOperatorsOwnSamples) {
  const auto samples = operator_samples("kuberay", {"RayCluster", "RayJob"});
  if (samples.empty()) GTEST_SKIP() << "no samples in $BERTH_KUBERNETES/samples/kuberay";
  std::size_t taken = 0;
  for (const SampleManifest& sample : samples) {
    const problems found = validate(sample.object);
    const auto refused = kRefused.find(sample.file);
    if (!found.empty() || refused != kRefused.end()) {
      ASSERT_FALSE(found.empty()) << sample.file;
      EXPECT_NE(refused, kRefused.end()) << sample.file << ": " << found.json();
      for (const problem& each : found.rows()) {
        EXPECT_TRUE(each.path.starts_with("manifest.")) << sample.file << ": " << each.path;
      }
      if (refused == kRefused.end()) continue;
      EXPECT_NE(found.rows()[0].path.find(refused->second), std::string::npos)
          << sample.file << ": " << found.json();
      continue;
    }
    ++taken;
    const json planned = groups(sample.object);
    EXPECT_EQ(planned[0]["name"], "head") << sample.file;
    std::set<std::string> changed;
    note_differences(sample.object, render(sample.object)["object"], changed);
    for (const char* ours :
         {"+/metadata/annotations", "+/metadata/annotations/berth.dev~1manifest-name",
          "-/metadata/namespace", "~/metadata/name", "+/metadata/name", "-/metadata/generateName",
          "+/spec/submitterPodTemplate", "~/spec/shutdownAfterJobFinishes",
          "-/spec/ttlSecondsAfterFinished", "-/spec/deletionStrategy", "~/spec/backoffLimit"}) {
      changed.erase(ours);
    }
    EXPECT_EQ(changed, std::set<std::string>()) << sample.file;
  }
  EXPECT_GE(taken, 40u);
}

}  // namespace
}  // namespace berth
