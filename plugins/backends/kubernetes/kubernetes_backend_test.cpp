#include "kubernetes_backend.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "kubernetes_harness.hpp"

namespace berth {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

json a_node(const std::string& name, int gpus = 8) {
  return {{"metadata", {{"name", name}, {"labels", {{"nvidia.com/gpu.product", "H100"}}}}},
          {"status",
           {{"conditions", {{{"type", "Ready"}, {"status", "True"}}}},
            {"allocatable",
             {{"cpu", "64"}, {"memory", "512Gi"}, {"nvidia.com/gpu", std::to_string(gpus)}}}}}};
}

bool is_phase(const json& status, const std::string& phase) {
  return !status["pods"].empty() && status["pods"][0]["phase"] == phase;
}

std::size_t requests(FakeCluster& cluster, const std::string& method, const std::string& part) {
  std::size_t count = 0;
  for (const SeenRequest& one : cluster.seen())
    if (one.method == method && one.path.find(part) != std::string::npos) ++count;
  return count;
}

TEST(KubernetesBackend, StartsOnAnEmptyCluster) {
  KubernetesHarness harness;
  const Answer answer = harness.start();
  ASSERT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
  EXPECT_EQ(answer.body, json::parse(R"({"found": [], "tombstones": true, "warnings": []})"));
  EXPECT_EQ(harness.ask(&Backend::health).status, BERTH_CALL_OK);
}

TEST(KubernetesBackend, FindsWhatIsWrongWithItsOptionsBeforeItStarts) {
  KubernetesHarness harness;
  EXPECT_EQ(harness.find_problems(), std::vector<std::string>{});
  EXPECT_TRUE(harness.cluster.seen().empty()) << "nobody is asked";
  harness.set("kubeconfig", std::filesystem::path("/no/such/file"));
  harness.set("pod_template", std::filesystem::path("/no/such/template"));
  harness.set("kinds", std::vector<std::string>{"RayCluster"});
  const auto problems = harness.find_problems();
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0], "/no/such/file: there is no such file; put a kubeconfig there, or name another");
  EXPECT_TRUE(problems[1].starts_with("pod_template: /no/such/template: ")) << problems[1];
  EXPECT_NE(problems[2].find("RayCluster"), std::string::npos) << problems[2];
}

std::string await_watch(FakeCluster& cluster, const std::string& part) {
  for (int tries = 0; tries < 1000; ++tries) {
    for (const SeenRequest& one : cluster.seen())
      if (one.path.find(part + "?watch=1") != std::string::npos) return one.path;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

// They get no bookmarks, and a stream on which nothing came for so long counts as dead.
TEST(KubernetesBackend, WatchesEventsForLessThanWhatCountsAsDead) {
  KubernetesHarness harness;
  harness.start();
  const std::string path = await_watch(harness.cluster, "/events");
  constexpr std::string_view kName = "timeoutSeconds=";
  const std::size_t at = path.find(kName);
  ASSERT_NE(at, std::string::npos) << path;
  EXPECT_LT(std::chrono::seconds(std::stoi(path.substr(at + kName.size()))),
            StreamLimits{}.idle_max);
}

TEST(KubernetesBackend, CreatesSecretsAndObjectAndMakesItTheirOwner) {
  KubernetesHarness harness;
  harness.start();
  const Answer answer = harness.launch();
  ASSERT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
  const auto object = harness.cluster.find("rayclusters", "ml", "j1-a1");
  ASSERT_TRUE(object);
  EXPECT_EQ(answer.body["uid"], (*object)["metadata"]["uid"]);
  EXPECT_EQ(answer.body["external_ref"], "ray.io/v1/RayCluster/ml/j1-a1");
  const auto secret = harness.cluster.find("secrets", "ml", "j1-a1-token");
  ASSERT_TRUE(secret);
  EXPECT_EQ((*secret)["metadata"]["ownerReferences"][0]["uid"], answer.body["uid"]);
  EXPECT_EQ(requests(harness.cluster, "POST", "fieldValidation=Strict"), 2u);
}

TEST(KubernetesBackend, AnswersARepeatedLaunchAlike) {
  KubernetesHarness harness;
  harness.start();
  const json first = harness.launch().body;
  EXPECT_EQ(harness.launch().body, first);
  EXPECT_EQ(harness.cluster.count("rayclusters"), 1u);
}

TEST(KubernetesBackend, SaysWhoseItIsWhenThereIsOneOfThatName) {
  KubernetesHarness harness;
  harness.cluster.put("rayclusters",
                      json::parse(R"({"metadata": {"name": "j1-a1", "namespace": "ml",
      "labels": {"app.kubernetes.io/managed-by": "berth", "berth.dev/instance": "other",
                 "berth.dev/job-id": "j1", "berth.dev/attempt": "1"}}})"));
  harness.start();
  const Answer answer = harness.launch();
  EXPECT_EQ(answer.status, BERTH_CALL_PERMANENT);
  EXPECT_EQ(answer.message(),
            "cannot create RayCluster ml/j1-a1: one of that name exists already and is that of job "
            "j1 attempt 1 of another berthd (instance other)");
}

TEST(KubernetesBackend, PassesOnWhatTheApiServerWarnsOf) {
  KubernetesHarness harness;
  harness.start();
  harness.cluster.interfere([](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    if (request.method != "POST" || request.path.find("rayclusters") == std::string::npos)
      return std::nullopt;
    return FakeCluster::Reply{201, R"({"kind": "RayCluster", "metadata": {"uid": "u"}})",
                              "warning: 299 - \"spec.old: is deprecated\"\r\n"};
  });
  EXPECT_EQ(harness.launch().body["warnings"], json::parse(R"(["spec.old: is deprecated"])"));
}

TEST(KubernetesBackend, SaysWhyNothingWasCreated) {
  KubernetesHarness harness;
  harness.start();
  harness.cluster.interfere([](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    if (request.method != "POST") return std::nullopt;
    return FakeCluster::refusal(403, "Forbidden",
                                "secrets \"j1-a1-token\" is forbidden: exceeded quota: q");
  });
  const Answer answer = harness.launch();
  EXPECT_EQ(answer.status, BERTH_CALL_TRANSIENT);
  EXPECT_EQ(answer.body["reason"], "QuotaExceeded");
}

TEST(KubernetesBackend, LeavesNoSecretOfALaunchThatIsNotDone) {
  KubernetesHarness harness;
  harness.start();
  std::atomic<bool> keeps_secrets = false;
  harness.cluster.interfere([&](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    const bool is_secret = request.path.find("secrets") != std::string::npos;
    const bool is_refused =
        is_secret ? request.method == "DELETE" && keeps_secrets : request.method == "POST";
    if (!is_refused) return std::nullopt;
    return FakeCluster::refusal(403, "Forbidden", "\"j1-a1\" is forbidden: exceeded quota: q");
  });
  EXPECT_EQ(harness.launch().status, BERTH_CALL_TRANSIENT);
  EXPECT_EQ(harness.cluster.count("secrets"), 0u);
  keeps_secrets = true;
  const Answer answer = harness.launch();
  EXPECT_EQ(answer.status, BERTH_CALL_UNKNOWN);
  EXPECT_NE(answer.message().find("j1-a1-token may still be there"), std::string::npos)
      << answer.message();
  EXPECT_EQ(harness.cluster.count("secrets"), 1u);
}

TEST(KubernetesBackend, RefusesKindsThatTheClusterDoesNotHave) {
  KubernetesHarness harness;
  harness.cluster.uninstall("sparkoperator.k8s.io/v1beta2");
  const Answer start = harness.start();
  ASSERT_EQ(start.body["warnings"].size(), 1u);
  EXPECT_NE(start.body["warnings"][0].get<std::string>().find("no kind SparkApplication"),
            std::string::npos);
  json order = a_ray_cluster();
  order["workload"]["object"]["apiVersion"] = "sparkoperator.k8s.io/v1beta2";
  order["workload"]["object"]["kind"] = "SparkApplication";
  const Answer answer = harness.ask(&Backend::launch, order);
  EXPECT_EQ(answer.status, BERTH_CALL_PERMANENT);
  EXPECT_NE(answer.message().find("is not installed"), std::string::npos) << answer.message();
  EXPECT_EQ(harness.cluster.count("secrets"), 0u);
}

TEST(KubernetesBackend, NoticesThatAKindWasTakenAway) {
  KubernetesHarness harness;
  harness.start();
  ASSERT_EQ(harness.launch().status, BERTH_CALL_OK);
  ASSERT_EQ(harness.release().status, BERTH_CALL_OK);
  harness.cluster.uninstall("ray.io/v1");
  harness.cluster.interfere([](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    const bool is_of_it = request.path.find("rayclusters") != std::string::npos;
    if (request.method != "POST" || !is_of_it) return std::nullopt;
    return FakeCluster::Reply{404, "404 page not found"};
  });
  const Answer first = harness.launch("j2");
  EXPECT_EQ(first.status, BERTH_CALL_TRANSIENT) << first.message();
  const Answer second = harness.launch("j2");
  EXPECT_EQ(second.status, BERTH_CALL_PERMANENT);
  EXPECT_NE(second.message().find("the operator that brings it is not installed"),
            std::string::npos)
      << second.message();
  EXPECT_EQ(harness.cluster.count("secrets"), 0u);
}

TEST(KubernetesBackend, TellsWhatBecomesOfItsPods) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  EXPECT_EQ(harness.await_status(
                [](const json& status) { return is_phase(status, "Running"); })["pods"][0]["group"],
            "head");
  harness.cluster.put("events", json::parse(R"({"metadata": {"name": "e", "namespace": "ml"},
      "type": "Warning", "reason": "BackOff", "message": "no image", "count": 2,
      "involvedObject": {"kind": "Pod", "name": "j1-a1-head", "namespace": "ml"}})"));
  const json status =
      harness.await_status([](const json& status) { return !status["events"].empty(); });
  EXPECT_EQ(status["events"][0]["on"], "Pod/j1-a1-head");
  EXPECT_EQ(status["object"]["kind"], "RayCluster");
}

TEST(KubernetesBackend, KeepsTheEndOfAPodThatIsGone) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  json pod = a_pod_of("j1", "gpu", "j1-a1-w");
  pod["status"] = json::parse(R"({"phase": "Failed", "containerStatuses": [{"name": "w",
      "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]})");
  harness.cluster.put("pods", pod);
  harness.await_status([](const json& status) { return is_phase(status, "Failed"); });
  harness.cluster.remove("pods", "ml", "j1-a1-w");
  const json status = harness.await_status([](const json& status) {
    return !status["pods"].empty() && status["pods"][0]["gone"] == true;
  });
  EXPECT_EQ(status["pods"][0]["containers"][0]["reason"], "OOMKilled");
}

TEST(KubernetesBackend, TellsThatSomebodyElseDeletedIt) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.remove("rayclusters", "ml", "j1-a1");
  harness.await_status([](const json& status) { return status.value("gone", false); });
  EXPECT_EQ(harness.adopt().status, BERTH_CALL_NOT_FOUND);
}

TEST(KubernetesBackend, FindsAfterARestartWhatItHas) {
  KubernetesHarness harness;
  harness.start();
  const json launched = harness.launch().body;
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  harness.restart();
  const Answer found = harness.ask(&Backend::start, harness.site);  // answers the same again
  EXPECT_EQ(found.body["found"],
            json::array({{{"job", "j1"}, {"attempt", 1}, {"epoch", 7}, {"uid", launched["uid"]}}}));
  const Answer adopted = harness.adopt();
  ASSERT_EQ(adopted.status, BERTH_CALL_OK) << adopted.body;
  EXPECT_EQ(adopted.body["uid"], launched["uid"]);
  EXPECT_EQ(adopted.body["external_ref"], launched["external_ref"]);
  EXPECT_TRUE(is_phase(adopted.body["status"], "Running"));
}

TEST(KubernetesBackend, FindsASecretThatIsAllThatCameOfALaunch) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.remove("rayclusters", "ml", "j1-a1");
  harness.stop();
  KubernetesHarness another;
  const auto secret = harness.cluster.find("secrets", "ml", "j1-a1-token");
  another.cluster.put("secrets", *secret);
  EXPECT_EQ(another.start().body["found"],
            json::parse(R"([{"job": "j1", "attempt": 1, "epoch": 7, "uid": ""}])"));
  const Answer released = another.release();  // repeated by the daemon while in doubt
  EXPECT_EQ(another.cluster.count("secrets"), 0u) << released.body;
}

TEST(KubernetesBackend, LeavesAloneWhatIsOfAnotherInstanceOrNobody) {
  KubernetesHarness harness;
  json stranger =
      json::parse(R"({"metadata": {"name": "j1-a1", "namespace": "ml", "labels": {}}})");
  harness.cluster.put("rayclusters", stranger);
  json pod = a_pod_of("j1", "head", "p");
  pod["metadata"]["labels"]["berth.dev/instance"] = "other";
  harness.cluster.put("pods", pod);
  EXPECT_EQ(harness.start().body["found"], json::array());
  harness.release();
  EXPECT_EQ(harness.cluster.count("rayclusters"), 1u);
  EXPECT_EQ(harness.cluster.count("pods"), 1u);
}

TEST(KubernetesBackend, ReleasesOnlyWhenEverythingIsGone) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  harness.cluster.hold_deletions(true);
  const auto call = harness.ask_without_waiting(&Backend::release, an_attempt());
  harness.await_status([](const json& status) {
    return status.contains("object") && status["object"]["deleting"] == true;
  });
  harness.cluster.remove("pods", "ml", "j1-a1-head");
  harness.cluster.remove("rayclusters", "ml", "j1-a1");
  const Answer answer = harness.await_answer(call);
  ASSERT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
  EXPECT_EQ(answer.body["message"], "RayCluster ml/j1-a1 and all its pods are gone");
  EXPECT_EQ(harness.cluster.count("secrets"), 0u);
}

// Its operator makes pods as long as it sees the custom resource, so they are looked for after it.
TEST(KubernetesBackend, ReleasesAPodThatWasMadeAtTheLastMoment) {
  KubernetesHarness harness;
  harness.start();
  std::atomic<bool> is_made = false;
  harness.cluster.interfere([&](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    const bool is_of_it = request.path.find("rayclusters?") != std::string::npos;
    if (is_of_it && !is_made.exchange(true)) {
      std::this_thread::sleep_for(100ms);
      harness.cluster.put("pods", a_pod_of("j1", "work", "j1-a1-work"));
    }
    return std::nullopt;
  });
  harness.release();
  EXPECT_EQ(harness.cluster.count("pods"), 0u);
}

TEST(KubernetesBackend, SaysWhatDoesNotGoAway) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.hold_deletions(true);
  const Answer answer = harness.release();
  EXPECT_EQ(answer.status, BERTH_CALL_TRANSIENT);
  EXPECT_NE(answer.message().find("RayCluster ml/j1-a1"), std::string::npos) << answer.message();
  EXPECT_NE(answer.message().find("finalizer foregroundDeletion"), std::string::npos);
}

TEST(KubernetesBackend, AnswersARepeatedReleaseAndCreatesNothingAfterIt) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  EXPECT_EQ(harness.release().status, BERTH_CALL_OK);
  EXPECT_EQ(harness.launch().status, BERTH_CALL_PERMANENT);
  EXPECT_EQ(harness.cluster.count("rayclusters"), 0u);
}

TEST(KubernetesBackend, DoesNotReleaseAnotherCreation) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  json attempt = an_attempt();
  attempt["uid"] = "an older one";
  const Answer answer = harness.ask(&Backend::release, attempt);
  EXPECT_EQ(answer.status, BERTH_CALL_PERMANENT);
  EXPECT_NE(answer.message().find("is another creation"), std::string::npos) << answer.message();
  EXPECT_EQ(harness.cluster.count("rayclusters"), 1u);
}

TEST(KubernetesBackend, WaitsWhileARequestMayStillBeOnItsWay) {
  KubernetesHarness harness;
  harness.start();
  harness.cluster.interfere([](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    if (request.method != "POST") return std::nullopt;
    return FakeCluster::refusal(504, "Timeout", "request did not complete");
  });
  EXPECT_EQ(harness.launch().status, BERTH_CALL_UNKNOWN);
  const Answer answer = harness.release();
  EXPECT_EQ(answer.status, BERTH_CALL_TRANSIENT);
  EXPECT_NE(answer.message().find("may still be on its way"), std::string::npos);
}

TEST(KubernetesBackend, AdoptsNothingThatTheApiServerDoesNotHave) {
  KubernetesHarness harness;
  harness.start();
  EXPECT_EQ(harness.adopt().status, BERTH_CALL_NOT_FOUND);
  harness.cluster.interfere([](const SeenRequest&) -> std::optional<FakeCluster::Reply> {
    return FakeCluster::refusal(503, "ServiceUnavailable", "starting");
  });
  EXPECT_EQ(harness.adopt().status, BERTH_CALL_TRANSIENT);
}

TEST(KubernetesBackend, KeepsThePoolsInStepWithTheCluster) {
  KubernetesHarness harness;
  harness.cluster.put("nodes", a_node("n1"));
  harness.start();
  const json pools = harness.ask(&Backend::pools).body["pools"];
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_EQ(pools[0]["name"], "gpu-a");
  EXPECT_EQ(pools[0]["shapes"][0]["gpu_milli"], 8000);
  const auto begun = std::chrono::steady_clock::now();
  harness.cluster.put("nodes", a_node("n2"));
  harness.await_event(
      "pools", [](const json& event) { return event["pools"][0]["shapes"][0]["nodes"] == 2; });
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  json other = json::parse(
      R"({"metadata": {"name": "x", "namespace": "other"}, "status": {"phase": "Running"},
      "spec": {"nodeName": "n2", "containers": [{"resources": {"requests": {"nvidia.com/gpu": 3}}}]}})");
  harness.cluster.put("pods", other);
  harness.await_event("pools", [](const json& event) {
    for (const json& room : event["pools"][0]["shapes"][0]["rooms"])
      if (room["gpu_milli"] == 5000) return true;
    return false;
  });
  harness.cluster.change("nodes", "", "n1",
                         [](json& node) { node["spec"]["unschedulable"] = true; });
  harness.await_event("pools", [](const json& event) {
    const json& shape = event["pools"][0]["shapes"][0];
    return shape["nodes"] == 1 && shape["rooms"][0]["gpu_milli"] == 5000;
  });
}

TEST(KubernetesBackend, FindsPoolsInNamespacesAndRunsJobsThere) {
  KubernetesHarness harness;
  harness.cluster.put("nodes", a_node("n1"));
  harness.cluster.put("namespaces", json::parse(R"({"metadata": {"name": "eta",
      "annotations": {"berth.dev/owner": "eta-team"}}})"));
  harness.start();
  EXPECT_EQ(harness.ask(&Backend::pools).body["pools"][1]["name"], "west-eta");
  json order = a_ray_cluster();
  order["pool"] = "west-eta";
  EXPECT_EQ(harness.ask(&Backend::launch, order).status, BERTH_CALL_OK);
  EXPECT_TRUE(harness.cluster.find("rayclusters", "eta", "j1-a1"));
}

TEST(KubernetesBackend, MakesDoWithItsNamespacesWhereItMaySeeNoMore) {
  KubernetesHarness harness;
  harness.cluster.interfere([](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    const bool is_cluster_wide = request.method == "GET" && request.path.starts_with("/api") &&
                                 request.path.find("/namespaces/") == std::string::npos &&
                                 request.path.find("?") != std::string::npos;
    if (!is_cluster_wide) return std::nullopt;
    return FakeCluster::refusal(403, "Forbidden", "is forbidden: User \"b\" cannot list");
  });
  const Answer start = harness.start();
  ASSERT_EQ(start.status, BERTH_CALL_OK) << start.body;
  EXPECT_GE(start.body["warnings"].size(), 4u);
  harness.launch();
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  harness.await_status([](const json& status) { return is_phase(status, "Running"); });
  EXPECT_EQ(harness.release().status, BERTH_CALL_OK);
}

TEST(KubernetesBackend, IsTriedAgainWhereTheClusterCannotBeReached) {
  KubernetesHarness harness;
  harness.cluster.interfere([](const SeenRequest&) -> std::optional<FakeCluster::Reply> {
    return FakeCluster::refusal(503, "ServiceUnavailable", "starting");
  });
  EXPECT_EQ(harness.start().status, BERTH_CALL_TRANSIENT);
  const Answer refused = harness.launch();
  EXPECT_EQ(refused.status, BERTH_CALL_TRANSIENT) << refused.body;
  harness.cluster.interfere({});
  EXPECT_EQ(harness.start().status, BERTH_CALL_OK);
  EXPECT_EQ(harness.launch().status, BERTH_CALL_OK);
}

TEST(KubernetesBackend, SaysWhatIsWrongWithItsSettings) {
  KubernetesHarness harness;
  harness.set("tolerations", std::vector<std::string>{"a=b:Never"});
  const Answer answer = harness.start();
  EXPECT_EQ(answer.status, BERTH_CALL_PERMANENT);
  EXPECT_NE(answer.message().find("a=b:Never"), std::string::npos);
  harness.set("tolerations", std::vector<std::string>{});
  harness.set("kubeconfig", std::filesystem::path("/no/such/file"));
  EXPECT_NE(harness.start().message().find("/no/such/file"), std::string::npos);
}

TEST(KubernetesBackend, ReadsTheLogOfThePodThatIsMeant) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  harness.await_status([](const json& status) { return is_phase(status, "Running"); });
  std::string asked;
  harness.cluster.interfere([&](const SeenRequest& request) -> std::optional<FakeCluster::Reply> {
    if (request.path.find("/log?") == std::string::npos) return std::nullopt;
    asked = request.path;
    return FakeCluster::Reply{200, "2026-11-26T04:08:38.123456789Z hello\n"};
  });
  const json first =
      harness
          .ask(&Backend::logs,
               [] {
                 json request = an_attempt();
                 request.update({{"role", ""}, {"replica", 0}, {"offset", 0}, {"limit", 1000}});
                 return request;
               }())
          .body;
  EXPECT_EQ(first["data"], "hello\n");
  EXPECT_EQ(first["next"], 6);
  EXPECT_EQ(first["end"], false);
  EXPECT_EQ(asked,
            "/api/v1/namespaces/ml/pods/j1-a1-head/log?limitBytes=1000&timestamps=true"
            "&container=ray-head");
  json other = an_attempt();
  other.update({{"role", "gpu"}, {"replica", 3}, {"offset", 0}});
  EXPECT_EQ(harness.ask(&Backend::logs, other).status, BERTH_CALL_NOT_FOUND);
}

TEST(KubernetesBackend, TalksToTheHeadThroughTheApiServer) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  json request = an_attempt();
  request.update({{"endpoint", "dashboard"}, {"method", "GET"}, {"path", "/api/version"}});
  EXPECT_EQ(harness.ask(&Backend::fetch, request).message(), "no pod of group head runs");
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  harness.await_status([](const json& status) { return is_phase(status, "Running"); });
  std::string token;
  int status = 401;
  harness.cluster.interfere([&](const SeenRequest& seen) -> std::optional<FakeCluster::Reply> {
    if (seen.path != "/api/v1/namespaces/ml/pods/http:j1-a1-head:8265/proxy/api/version")
      return std::nullopt;
    token = seen.headers.at("x-ray-authorization");
    if (status == 503) return FakeCluster::refusal(503, "ServiceUnavailable", "no route to pod");
    return FakeCluster::Reply{status, "who are you?"};
  });
  request["headers"] = {{"X-Ray-Authorization", "Bearer t"}};
  const Answer answer = harness.ask(&Backend::fetch, request);
  EXPECT_EQ(token, "Bearer t");
  EXPECT_EQ(answer.body["status"], 401);  // the pod's own answer
  EXPECT_EQ(answer.body["body"], "who are you?");
  status = 503;
  EXPECT_EQ(harness.ask(&Backend::fetch, request).status, BERTH_CALL_TRANSIENT);
  request["headers"] = {{"Authorization", "Bearer t"}};
  EXPECT_EQ(harness.ask(&Backend::fetch, request).status, BERTH_CALL_PERMANENT);
}

TEST(KubernetesBackend, AnswersEveryCallBeforeItStops) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.hold_deletions(true);
  const auto call = harness.ask_without_waiting(&Backend::release, an_attempt());
  EXPECT_EQ(harness.stop().status, BERTH_CALL_OK);
  EXPECT_EQ(harness.await_answer(call).status, BERTH_CALL_UNKNOWN);
}

TEST(KubernetesBackend, TellsNothingThatDidNotChange) {
  KubernetesHarness harness;
  harness.start();
  harness.launch();
  harness.cluster.put("pods", a_pod_of("j1", "head", "j1-a1-head"));
  harness.await_status([](const json& status) { return is_phase(status, "Running"); });
  const std::size_t before = harness.events();
  for (int i = 0; i < 5; ++i)
    harness.cluster.change("pods", "ml", "j1-a1-head", [&](json& pod) {
      pod["metadata"]["annotations"]["x"] = std::to_string(i);
    });
  harness.cluster.put("pods", a_pod_of("j1", "gpu", "j1-a1-w"));
  harness.await_status([](const json& status) { return status["pods"].size() == 2; });
  EXPECT_LE(harness.events(), before + 2);  // and perhaps one of the pools
}

}  // namespace
}  // namespace berth
