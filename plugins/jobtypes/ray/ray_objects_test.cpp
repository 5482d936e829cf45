// Ray on Kubernetes: what is rendered, and what KubeRay's answers mean.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kubernetes/native_pods.hpp"
#include "ray.hpp"
#include "ray_version.hpp"

namespace berth {
namespace {

using nlohmann::json;
constexpr auto& at = value_at;

json a_request(const char* section) {
  return {{"type", "ray"},
          {"labels", {{"tier", "experiment"}, {"not a label", "x"}, {"berth.dev/pool", "mine"}}},
          {"ray", json::parse(section)}};
}

json a_cluster() {
  return a_request(R"({"image": "acme/ray:2.60.0", "head": {"cpu": 1, "memory": "2Gi"},
                       "workers": [{"group": "gpu", "replicas": 2, "cpu": "1500m", "memory": "1Gi",
                                    "gpu": 1, "sku": ["H100", "A100-80GB"]}]})");
}

json a_job(const char* entrypoint = "python train.py") {
  json request = a_cluster();
  request["ray"]["entrypoint"] = entrypoint;
  return request;
}

json an_order(const json& request) {
  return {{"format", "kubernetes/objects"}, {"job", "j7k2"},   {"attempt", 3}, {"name", "j7k2-a3"},
          {"token", "c0ffee"},              {"cluster", "west"}, {"request", request}};
}

json render(const json& request, const Ray& ray = {}) {
  return json::parse(ray.render(an_order(request).dump()));
}

std::vector<std::string> lines(const std::vector<problem>& rows) {
  std::vector<std::string> all;
  for (const problem& row : rows) all.push_back(row.path + ": " + row.message);
  return all;
}

TEST(RayObjects, AreAClusterThatIsClosedByASecretOfItsOwn) {
  const json workload = render(a_cluster());
  const json& object = workload["object"];
  EXPECT_EQ(object["apiVersion"], "ray.io/v1");
  EXPECT_EQ(object["kind"], "RayCluster");
  EXPECT_EQ(object["metadata"]["name"], "j7k2-a3");
  EXPECT_EQ(object["metadata"]["labels"], json({{"tier", "experiment"}}));
  EXPECT_EQ(at(object, "/spec/authOptions"),
            json({{"mode", "token"}, {"secretName", "j7k2-a3-token"}}));
  EXPECT_EQ(workload["secrets"],
            json::parse(R"([{"name": "j7k2-a3-token", "data": {"auth_token": "c0ffee"}}])"));
  EXPECT_EQ(object.dump().find("c0ffee"), std::string::npos);
  EXPECT_EQ(workload["main"], "head");
  EXPECT_EQ(workload["endpoints"]["dashboard"], json({{"group", "head"}, {"port", 8265}}));
}

TEST(RayObjects, AskForJustTheAmountsOfTheirGroups) {
  const json workload = render(a_cluster());
  const json& head = at(workload, "/object/spec/headGroupSpec");
  const json& gpu = at(workload, "/object/spec/workerGroupSpecs/0");
  const auto resources = [](const char* amounts) {
    return json{{"requests", json::parse(amounts)}, {"limits", json::parse(amounts)}};
  };
  EXPECT_EQ(at(head, "/template/spec/containers/0/resources"),
            resources(R"({"cpu": "1", "memory": "2Gi"})"));
  EXPECT_EQ(at(gpu, "/template/spec/containers/0/resources"),
            resources(R"({"cpu": "1500m", "memory": "1Gi", "nvidia.com/gpu": "1"})"));
  EXPECT_EQ(gpu["rayStartParams"],
            json({{"num-cpus", "2"}, {"num-gpus", "1"}, {"memory", "1073741824"}}));
  for (const char* count : {"replicas", "minReplicas", "maxReplicas"}) EXPECT_EQ(gpu[count], 2);
  EXPECT_EQ(at(gpu, "/template/spec/containers/0/image"), "acme/ray:2.60.0");
  EXPECT_EQ(at(head, "/template/spec/restartPolicy"), "Never");
}

TEST(RayObjects, SayWhereTheirPodTemplatesAre) {
  EXPECT_EQ(render(a_job())["pods"], json::parse(R"([
    {"group": "head", "template": "/spec/rayClusterSpec/headGroupSpec/template",
     "container": "ray-head", "skus": [], "gpu": false},
    {"group": "gpu", "template": "/spec/rayClusterSpec/workerGroupSpecs/0/template",
     "container": "ray-worker", "skus": ["H100", "A100-80GB"], "gpu": true},
    {"group": "driver", "template": "/spec/submitterPodTemplate",
     "container": "ray-job-submitter"}])"));
  for (const json& request : {a_job(), a_cluster()}) {
    const json workload = render(request);
    for (const json& pod : workload["pods"]) {
      const std::string path = pod["template"].get<std::string>() + "/spec/containers/0/name";
      EXPECT_EQ(at(workload["object"], path.c_str()), pod["container"]);
    }
  }
}

TEST(RayObjects, RunAnEntrypointOnceAndOutOfTheHeadsAmounts) {
  const json workload = render(a_job("echo $(date) $HOME"));
  const json& spec = at(workload, "/object/spec");
  EXPECT_EQ(workload["object"]["kind"], "RayJob");
  EXPECT_EQ(workload["main"], "driver");
  EXPECT_EQ(spec["entrypoint"], "echo $(date) $HOME");
  EXPECT_EQ(spec["backoffLimit"], 0);
  EXPECT_EQ(at(spec, "/submitterConfig/backoffLimit"), 0);
  EXPECT_EQ(spec["jobId"], "j7k2-a3");
  EXPECT_FALSE(spec.contains("ttlSecondsAfterFinished"));
  EXPECT_FALSE(spec.contains("shutdownAfterJobFinishes"));
  const json& submitter = at(spec, "/submitterPodTemplate/spec/containers/0");
  EXPECT_EQ(at(submitter, "/resources/limits"), json({{"cpu", "100m"}, {"memory", "64Mi"}}));
  EXPECT_EQ(at(spec, "/rayClusterSpec/headGroupSpec/template/spec/containers/0/resources/limits"),
            json({{"cpu", "900m"}, {"memory", "1984Mi"}}));
  // Kubernetes makes one $ of two.
  EXPECT_EQ(at(submitter, "/env/0"),
            json({{"name", "BERTH_ENTRYPOINT"}, {"value", "echo $$(date) $$HOME"}}));
  EXPECT_EQ(submitter["command"].size(), 4u);
  EXPECT_EQ(submitter["command"][3], "submit");
}

TEST(RayObjects, MayBeSuspendedByKueue) {
  json request = a_job();
  request["labels"]["kueue.x-k8s.io/queue-name"] = "research";
  const json object = render(request)["object"];
  EXPECT_EQ(object["metadata"]["labels"]["kueue.x-k8s.io/queue-name"], "research");
  EXPECT_EQ(object["spec"]["shutdownAfterJobFinishes"], true);
  EXPECT_EQ(object["spec"]["ttlSecondsAfterFinished"], 3600);
}

TEST(RayObjects, FindTheirHeadWithoutServicesWhereThereAreNone) {
  Ray ray;
  EXPECT_FALSE(render(a_cluster(), ray).dump().find("find-head") != std::string::npos);
  ray.clusters_without_services = {"west"};
  const json workload = render(a_cluster(), ray);
  const json& worker = at(workload, "/object/spec/workerGroupSpecs/0");
  const json& pod = at(worker, "/template/spec");
  EXPECT_EQ(at(worker, "/rayStartParams/address"), "$(cat /berth/head)");
  const json& search = pod["initContainers"][0];
  EXPECT_EQ(search["name"], "find-head");
  EXPECT_EQ(search["image"], "acme/ray:2.60.0");
  EXPECT_EQ(search["command"][3], "find-head");
  EXPECT_FALSE(at(search, "/resources/limits").contains("nvidia.com/gpu"));
  EXPECT_NE(search["env"].dump().find(
                "berth.dev/job-id=j7k2,berth.dev/attempt=3,ray.io/node-type=head"),
            std::string::npos);
  EXPECT_EQ(search["volumeMounts"], pod["containers"][0]["volumeMounts"]);
  EXPECT_EQ(pod["volumes"], json::parse(R"([{"name": "berth-head", "emptyDir": {}}])"));
  EXPECT_EQ(workload["pods"][1]["like_main"], json::array({"find-head"}));
  EXPECT_FALSE(at(workload, "/object/spec/headGroupSpec/template/spec").contains("initContainers"));
}

TEST(RayObjects, TakeWhatTheJobWritesOfPodTemplates) {
  json request = a_job();
  request["ray"]["pod_template"] = json::parse(R"({
      "metadata": {"annotations": {"a": "b"}},
      "spec": {"nodeSelector": {"disk": "ssd"}, "serviceAccountName": "ml",
               "containers": [{"name": "ray-head", "imagePullPolicy": "Never"},
                              {"name": "log", "resources": {"requests": {"cpu": "100m"}}}]}})");
  request["ray"]["workers"][0]["pod_template"] =
      json::parse(R"({"spec": {"containers": [{"name": "ray-worker", "tty": true}]}})");
  const json spec = render(request)["object"]["spec"];
  const json& head = at(spec, "/rayClusterSpec/headGroupSpec/template");
  const json& worker = at(spec, "/rayClusterSpec/workerGroupSpecs/0/template");
  const json& driver = at(spec, "/submitterPodTemplate");
  for (const json* pod : {&head, &worker, &driver}) {
    EXPECT_EQ(at(*pod, "/spec/nodeSelector/disk"), "ssd");
    EXPECT_EQ(at(*pod, "/spec/serviceAccountName"), "ml");
    EXPECT_EQ(at(*pod, "/metadata/annotations/a"), "b");
  }
  EXPECT_EQ(at(head, "/spec/containers/0/imagePullPolicy"), "Never");
  EXPECT_EQ(at(worker, "/spec/containers/0/tty"), true);
  EXPECT_EQ(at(head, "/spec/containers").size(), 2u);
  EXPECT_EQ(at(worker, "/spec/containers/1/name"), "log");
  EXPECT_EQ(at(driver, "/spec/containers").size(), 1u);  // or it would never be over
  const json groups = json::parse(Ray().groups(request.dump()));
  EXPECT_EQ(groups[0]["cpu_milli"], 1100);
  EXPECT_EQ(groups[1]["cpu_milli"], 1600);
}

TEST(RayObjects, FindWhatIsWrongWithPodTemplatesAndVersions) {
  struct Row {
    const char* section;
    const char* problem;
  };
  const Row rows[] = {
      {R"({"pod_template": {"spec": {"hostNetwork": true}}})", ""},
      {R"({"pod_template": []})", "ray.pod_template: must be an object, is array"},
      {R"({"pod_template": {"spce": {}}})", "ray.pod_template.spce: is not for a job to set"},
      {R"({"head": {"pod_template": {"metadata": {"name": "x"}}}})",
       "ray.head.pod_template.metadata.name: is not for a job to set"},
      {R"({"workers": [{"pod_template": {"spec": {"nodeName": "n1"}}}]})",
       "ray.workers[0].pod_template.spec.nodeName: is for the scheduler to say"},
      {R"({"pod_template": {"spec": {"restartPolicy": "Always"}}})",
       "ray.pod_template.spec.restartPolicy: follows from the job: what failed is told to Berth"},
      {R"({"pod_template": {"spec": {"containers": [{"image": "x"}]}}})",
       "ray.pod_template.spec.containers[0]: must be a container with a name"},
      {R"({"head": {"pod_template": {"spec": {"containers": [
            {"name": "ray-head", "resources": {"limits": {"cpu": 4}}}]}}}})",
       "ray.head.pod_template.spec.containers[0].resources.limits.cpu: follows from the job's own "
       "fields"},
      {R"({"pod_template": {"spec": {"containers": [
            {"name": "log", "resources": {"limits": {"cpu": "x"}}}]}}})",
       "ray.pod_template.spec.containers[0].resources.cpu: \"x\" is no quantity"},
      {R"({"ray_version": "2.51.1"})",
       "ray.ray_version: Ray 2.51.1 cannot be closed to strangers; 2.52.0 and later can"},
      {R"({"ray_version": "newest"})",
       "ray.ray_version: \"newest\" is no version, such as 2.60.0"},
      {R"({"image": "rayproject/ray:2.9.0-gpu"})",
       "ray.image: Ray 2.9.0 cannot be closed to strangers; 2.52.0 and later can"},
      {R"({"image": "rayproject/ray:2.9.0-gpu", "ray_version": "2.52.0"})", ""},
      {R"({"image": "acme/ray:nightly"})", ""},
  };
  for (const Row& row : rows) {
    const problems found = Ray().validate(a_request(row.section).dump());
    EXPECT_EQ(found.empty() ? "" : lines(found.rows())[0], row.problem) << row.section;
  }
  EXPECT_EQ(lines(Ray().validate(a_request(rows[0].section).dump()).notes()),
            (std::vector<std::string>{
                "ray.pod_template: is for pods: where jobs are processes, it does nothing"}));
}

TEST(RayObjects, SayWhichRayTheirImageHas) {
  struct Row {
    const char* section;
    const char* version;
  };
  for (const Row& row : {Row{R"({"ray_version": "2.55.1", "image": "a/ray:2.53.0"})", "2.55.1"},
                         Row{R"({"image": "a:5000/ray:2.53.0-py311"})", "2.53.0"},
                         Row{R"({"image": "a:5000/ray"})", "2.60.0"}, Row{"{}", "2.60.0"}}) {
    EXPECT_EQ(at(render(a_request(row.section)), "/object/spec/rayVersion"), row.version);
  }
  EXPECT_EQ(ray_version_of_image("a/ray@sha256:12.5"), "12.5");
  EXPECT_EQ(ray_version_of_image("a/ray:latest"), "");
}

// ---- interpretation

json ended(const char* group, const char* container, int code, const char* reason = "Error",
           const std::string& message = "") {
  return ended_pod(group, group, container, code, reason, message);
}

json note(const char* status, int code, const char* message) {
  const json text = {{"berth", {{"status", status}, {"exit_code", code}, {"message", message}}}};
  return ended("driver", "ray-job-submitter", code, "Error", text.dump());
}

json interpret(const json& status) {
  return json::parse(Ray().interpret(
      json{{"format", "kubernetes/objects"},
           {"groups", json::parse(R"([{"name": "head"}, {"name": "gpu", "count": 2}])")},
           {"status", status}}
          .dump()));
}

json seen_as(const char* kind, const char* status, const json& pods,
             const json& annotations = json::object()) {
  return interpret({{"object",
                     {{"kind", kind},
                      {"name", "j1-a1"},
                      {"annotations", annotations},
                      {"status", json::parse(status)}}},
                    {"pods", pods}});
}

struct Row {
  const char* name;
  const char* status;
  json pods;
  const char* state;
  const char* reason;
  const char* message;
};

void check(const char* kind, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const json seen = seen_as(kind, row.status, row.pods);
    EXPECT_EQ(seen["state"], row.state) << row.name;
    EXPECT_EQ(seen["reason"], row.reason) << row.name;
    EXPECT_EQ(seen["message"], row.message) << row.name;
    EXPECT_EQ(seen["probe"], false) << row.name;
  }
}

const json kHead = a_pod("head", "h"), kHeadComing = a_pod("head", "h", "Running", false),
           kOne = a_pod("gpu", "w1"), kTwo = a_pod("gpu", "w2"),
           kTwoComing = a_pod("gpu", "w2", "Pending", false);
const json kAll = json::array({kHead, kOne, kTwo});

// As KubeRay writes it once all pods were ready.
constexpr const char* kProvisioned = R"({"state": "ready", "conditions": [
    {"type": "HeadPodReady", "status": "True", "reason": "HeadPodRunningAndReady"},
    {"type": "RayClusterProvisioned", "status": "True",
     "reason": "AllPodRunningAndReadyFirstTime"}]})";
constexpr const char* kHeadless = R"({"state": "ready", "conditions": [
    {"type": "HeadPodReady", "status": "False", "reason": "HeadPodNotFound"},
    {"type": "RayClusterProvisioned", "status": "True"}]})";

TEST(RayObjects, SayWhatAClustersStatusMeans) {
  json unpullable = kTwoComing;
  unpullable["containers"].push_back({{"name", "ray-worker"},
                                      {"state", "waiting"},
                                      {"reason", "ErrImageNeverPull"},
                                      {"image", "a/ray"}});
  json evicted = ended("head", "ray-head", 137);
  evicted["reason"] = "Evicted";
  check(
      "RayCluster",
      {
          {"nothing yet", "{}", json::array(), "starting", "", "waits for KubeRay"},
          {"head comes", "{}", json::array({kHeadComing}), "running", "", "head starting"},
          {"a worker comes", "{}", json::array({kHead, kOne, kTwoComing}), "running", "",
           "1 of 2 workers ready"},
          {"all ready", kProvisioned, kAll, "ready", "", ""},
          {"one worker went", kProvisioned, json::array({kHead, kOne}), "running", "",
           "1 of 2 workers ready"},
          {"a worker ended and comes again", kProvisioned,
           json::array({kHead, kOne, gone(ended("gpu", "ray-worker", 1))}), "running", "",
           "1 of 2 workers ready"},
          {"suspended", R"({"state": "suspended"})", json::array(), "starting", "",
           "suspended: whoever did that, such as Kueue, has to resume it"},
          {"suspending",
           R"({"conditions": [{"type": "RayClusterSuspending", "status": "True"}]})",
           json::array({kHeadComing}), "starting", "",
           "suspended: whoever did that, such as Kueue, has to resume it"},
          {"no room in the quota",
           R"({"conditions": [{"type": "ReplicaFailure", "status": "True",
               "reason": "FailedCreateWorkerPod",
               "message": "pods \"x\" is forbidden: exceeded quota: q, requested: cpu=2"}]})",
           json::array({kHead}), "running", "",
           "the namespace's quota has no room: exceeded quota: q, requested: cpu=2"},
          {"other failure",
           R"({"conditions": [{"type": "ReplicaFailure", "status": "True",
               "reason": "FailedDeleteAllPods", "message": "why"}]})",
           json::array({kHead}), "running", "", "FailedDeleteAllPods: why"},
          {"image", "{}", json::array({kHead, kOne, unpullable}), "failed", "ImagePullFailed",
           "w2/ray-worker: image a/ray is not on the node, and may not be pulled"},
          {"head failed", kProvisioned, json::array({ended("head", "ray-head", 1), kOne, kTwo}),
           "failed", "AppFailed", "head: exit code 1"},
          {"head failed and is gone", kHeadless,
           json::array({gone(ended("head", "ray-head", 137, "OOMKilled")), kOne, kTwo}), "failed",
           "OOMKilled", "head: out of memory: over the container's limit"},
          {"head was deleted", kHeadless, json::array({kOne, kTwo}), "failed", "Evicted",
           "the head's pod was deleted by somebody else, or with its node"},
          {"head is not seen yet", kProvisioned, json::array({kOne, kTwo}), "starting", "",
           "head starting"},
          {"evicted before it was up", "{}", json::array({gone(evicted)}), "starting", "",
           "head starting"},
          {"evicted", kHeadless, json::array({gone(evicted)}), "failed", "Evicted",
           "head: Evicted; exit code 137"},
          {"made anew by KubeRay", "{}",
           json::array({gone(ended("head", "ray-head", 1)), kHeadComing}), "running", "",
           "head starting"},
          {"failed, as older ones say", R"({"state": "failed", "reason": "why"})",
           json::array({kHead, kOne}), "running", "", "1 of 2 workers ready; KubeRay: why"},
          {"a word of tomorrow", R"({"state": "dreaming"})", kAll, "ready", "",
           "KubeRay says of the cluster \"dreaming\""},
      });
}

TEST(RayObjects, SayWhatAJobsStatusMeans) {
  constexpr const char* kFailed = R"({"jobDeploymentStatus": "Failed", "jobStatus": "FAILED",
      "reason": "AppFailed", "message": "Job entrypoint command failed with exit code 3, last
 available logs (truncated to 20,000 chars):\nTraceback\nValueError: no"})";
  json short_worker = kTwo;
  short_worker["containers"].push_back(
      {{"name", "ray-worker"}, {"state", "running"},
       {"last", {{"reason", "OOMKilled"}, {"exit_code", 137}}}});
  std::string failed = kFailed;
  failed.erase(std::remove(failed.begin(), failed.end(), '\n'), failed.end());
  check(
      "RayJob",
      {
          {"new", "{}", json::array(), "starting", "", "waits for KubeRay"},
          {"initializing", R"({"jobDeploymentStatus": "Initializing"})", json::array({kHead}),
           "running", "", "0 of 2 workers ready"},
          {"running", R"({"jobDeploymentStatus": "Running", "jobStatus": "RUNNING"})", kAll,
           "ready", "", ""},
          {"succeeded", R"({"jobDeploymentStatus": "Complete", "jobStatus": "SUCCEEDED"})", kAll,
           "succeeded", "", "exit code 0"},
          {"stopped", R"({"jobDeploymentStatus": "Complete", "jobStatus": "STOPPED"})", kAll,
           "failed", "AppFailed", "its Ray job was stopped, by itself or by somebody else"},
          {"failed", failed.c_str(), kAll, "failed", "AppFailed",
           "exit code 3; last line: ValueError: no"},
          {"a worker ran out", failed.c_str(), json::array({kHead, kOne, short_worker}), "failed",
           "OOMKilled",
           "exit code 3; last line: ValueError: no; w2: out of memory: over the container's limit"},
          {"Ray saw that memory ran out",
           R"({"jobDeploymentStatus": "Failed", "jobStatus": "FAILED",
               "message": "exit code 1, last available logs:\nray.exceptions.OutOfMemoryError: x"})",
           kAll, "failed", "OOMKilled",
           "exit code 1; last line: ray.exceptions.OutOfMemoryError: x"},
          {"a task ran out, and advice is all that was kept",
           R"({"jobDeploymentStatus": "Failed", "jobStatus": "FAILED",
               "message": "exit code 1, last available logs:\nRefer to x on how to address the out of memory issue"})",
           kAll, "failed", "OOMKilled",
           "exit code 1; last line: Refer to x on how to address the out of memory issue"},
          {"not submitted",
           R"({"jobDeploymentStatus": "Failed", "reason": "SubmissionFailed", "message": "why"})",
           json::array({kHead, ended("driver", "ray-job-submitter", 2)}), "failed",
           "SubmissionFailed", "why; driver: exit code 2"},
          {"deadline", R"({"jobDeploymentStatus": "Failed", "reason": "DeadlineExceeded"})", kAll,
           "failed", "DeadlineExceeded", "DeadlineExceeded"},
          {"never ran",
           R"({"jobDeploymentStatus": "Failed", "reason": "PreRunningDeadlineExceeded"})", kAll,
           "failed", "StartTimeout", "PreRunningDeadlineExceeded"},
          {"grace period",
           R"({"jobDeploymentStatus": "Failed", "jobStatus": "RUNNING",
               "reason": "JobDeploymentStatusTransitionGracePeriodExceeded", "message": "late"})",
           kAll, "failed", "AppFailed", "late"},
          {"invalid",
           R"({"jobDeploymentStatus": "ValidationFailed", "reason": "ValidationFailed",
               "message": "name too long"})",
           json::array(), "failed", "SubmissionFailed", "name too long"},
          {"another reason",
           R"({"jobDeploymentStatus": "Failed", "reason": "Moon", "message": "full"})", kAll,
           "failed", "AppFailed", "KubeRay says \"Moon\"; full"},
          {"suspended", R"({"jobDeploymentStatus": "Suspended"})", json::array(), "starting", "",
           "suspended: whoever did that, such as Kueue, has to resume it"},
          {"retrying", R"({"jobDeploymentStatus": "Retrying"})", json::array({kHead}), "starting",
           "", "KubeRay tries again"},
          {"words of tomorrow", R"({"jobDeploymentStatus": "Musing", "jobStatus": "NAPPING"})",
           kAll, "ready", "",
           "KubeRay says of the job \"Musing\"; Ray says of the job \"NAPPING\""},
          {"told by the submitter before KubeRay", R"({"jobDeploymentStatus": "Running"})",
           json::array({kHead, note("SUCCEEDED", 0, "")}), "succeeded", "", "exit code 0"},
          {"the submitter knows the code",
           R"({"jobDeploymentStatus": "Failed", "reason": "SubmissionFailed"})",
           json::array({kHead, note("FAILED", 3, "boom")}), "failed", "AppFailed", "exit code 3"},
          {"refused by the head", "{}",
           json::array({kHead, note("NOT_SUBMITTED", 1, "HTTP 400: no")}), "failed",
           "SubmissionFailed", "the head does not take the job: HTTP 400: no"},
          {"lost by the head", "{}", json::array({kHead, note("LOST", 1, "refused")}), "failed",
           "AppFailed", "the head lost the job: refused"},
          {"head gone", R"({"jobDeploymentStatus": "Running"})",
           json::array({gone(ended("head", "ray-head", 137, "OOMKilled")), kOne}), "failed",
           "OOMKilled", "head: out of memory: over the container's limit"},
      });
  EXPECT_EQ(seen_as("RayJob", failed.c_str(), kAll)["exit_code"], 3);
}

TEST(RayObjects, ShowTheHeadItsAddressesAndBadEnds) {
  const json annotations = {
      {"berth.dev/endpoints",
       R"({"client": {"group": "head", "port": 10001}, "x": {"group": "none", "port": 1}})"}};
  json worker = kTwo;
  worker["containers"].push_back(
      {{"name", "ray-worker"}, {"state", "running"},
       {"last", {{"reason", "OOMKilled"}, {"exit_code", 137}, {"ended_ms", 5}}}});
  const json seen =
      seen_as("RayCluster", "{}", json::array({kHead, kOne, worker}), annotations);
  EXPECT_EQ(seen["head"], json({{"name", "h"}, {"ip", "10.0.0.1"}}));
  EXPECT_EQ(seen["endpoints"], json({{"client", "10.0.0.1:10001"}}));
  EXPECT_EQ(seen["environment"]["RAY_AUTH_TOKEN"], "{token}");
  EXPECT_EQ(seen["ready"], 2);
  EXPECT_EQ(seen["wanted"], 2);
  EXPECT_EQ(seen["pod_errors"],
            json::parse(R"([{"pod": "w2", "container": "ray-worker", "exit_code": 137, "time_ms": 5,
                "reason": "OOMKilled", "message": "out of memory: over the container's limit"}])"));
}

TEST(RayObjects, SayWhatTheirSubmitterNotedInItsPodsErrorToo) {
  const json seen = seen_as("RayJob", "{}",
                            json::array({kHead, note("FAILED", 3, "last available logs: boom")}));
  EXPECT_EQ(seen["message"], "exit code 3; last line: last available logs: boom");
  ASSERT_EQ(seen["pod_errors"].size(), 1u);
  EXPECT_EQ(seen["pod_errors"][0]["message"], seen["message"]);
}

TEST(RayObjects, HaveNoTokenOfOursWhenAManifestMadeThem) {
  const json own = {{"berth.dev/manifest-name", "mine"}};
  EXPECT_FALSE(seen_as("RayCluster", "{}", kAll, own).contains("environment"));
  const json headless = seen_as("RayCluster", kHeadless, json::array({kOne}), own);
  EXPECT_EQ(headless["state"], "starting");  // KubeRay makes its head anew
}

TEST(RayObjects, AreLostWhenSomebodyElseDeletesThem) {
  const json seen = interpret({{"gone", true}, {"pods", json::array()}});
  EXPECT_EQ(seen["state"], "failed");
  EXPECT_EQ(seen["reason"], "Evicted");
  EXPECT_EQ(seen["message"], "its object was deleted by somebody else");
}

}  // namespace
}  // namespace berth
