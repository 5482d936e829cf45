#include "kubernetes_objects/pod_words.hpp"

#include <gtest/gtest.h>

namespace berth::kube {
namespace {

using nlohmann::json;

json a_pod(const char* name, const char* phase = "Running") {
  return {{"name", name}, {"group", "gpu"}, {"phase", phase}, {"containers", json::array()}};
}

json with_container(json pod, json container) {
  if (!container.contains("name")) container["name"] = "ray-worker";
  pod["containers"].push_back(std::move(container));
  return pod;
}

json waiting(const char* reason, const char* message) {
  return {{"state", "waiting"}, {"reason", reason}, {"message", message}, {"image", "acme/ray:9"}};
}

json ended(int code, const char* reason, const char* message = "") {
  return {{"state", "terminated"},
          {"exit_code", code},
          {"reason", reason},
          {"message", message},
          {"ended_ms", 7}};
}

ObjectStatus an_object(const json& pods, const json& events = json::array()) {
  return read_object_status({{"object", json::object()}, {"pods", pods}, {"events", events}});
}

PodStatus read(const json& pod) { return an_object(json::array({pod})).pods[0]; }

TEST(PodWords, SaysWhatKeepsAPodFromComingUp) {
  struct Row {
    const char* name;
    json pod;
    const char* message;
    bool is_permanent;
  };
  json unscheduled = a_pod("w1", "Pending");
  unscheduled["unscheduled"] = {{"reason", "Unschedulable"},
                                {"message", "0/3 nodes are available: 3 Insufficient cpu."}};
  json gated = a_pod("w1", "Pending");
  gated["unscheduled"] = {{"reason", "SchedulingGated"}, {"message", ""}};
  json crashing = waiting("CrashLoopBackOff", "back-off 10s");
  crashing.update({{"restarts", 3}, {"last", ended(1, "Error", "a\nno such module")}});
  json gone = with_container(a_pod("w1"), waiting("ErrImageNeverPull", ""));
  gone["gone"] = true;
  const Row rows[] = {
      {"all is well", with_container(a_pod("w1"), {{"state", "running"}}), "", false},
      {"being made", with_container(a_pod("w1"), waiting("ContainerCreating", "")), "", false},
      {"gone", gone, "", false},
      {"unscheduled", unscheduled,
       "w1: no node takes it: 0/3 nodes are available: 3 Insufficient cpu.", false},
      {"gated", gated, "w1: waits for its scheduling gates", false},
      {"registry is down",
       with_container(a_pod("w1"), waiting("ErrImagePull", "dial tcp: i/o timeout")),
       "w1/ray-worker: cannot pull image acme/ray:9: dial tcp: i/o timeout", false},
      {"no such image",
       with_container(a_pod("w1"), waiting("ImagePullBackOff", "acme/ray:9: not found")),
       "w1/ray-worker: cannot pull image acme/ray:9: acme/ray:9: not found", true},
      {"not for us",
       with_container(a_pod("w1"), waiting("ErrImagePull", "pull access denied for acme/ray")),
       "w1/ray-worker: cannot pull image acme/ray:9: pull access denied for acme/ray", true},
      {"no name", with_container(a_pod("w1"), waiting("InvalidImageName", "couldn't parse it")),
       "w1/ray-worker: there can be no image acme/ray:9: couldn't parse it", true},
      {"never pulled", with_container(a_pod("w1"), waiting("ErrImageNeverPull", "")),
       "w1/ray-worker: image acme/ray:9 is not on the node, and may not be pulled", true},
      {"no secret",
       with_container(a_pod("w1"), waiting("CreateContainerConfigError", "secret \"a\" not found")),
       "w1/ray-worker: cannot be set up: secret \"a\" not found", false},
      {"crashes", with_container(a_pod("w1"), crashing),
       "w1/ray-worker: ends again and again (3 restarts): exit code 1; last line: no such module",
       false},
      {"something new", with_container(a_pod("w1"), waiting("Odd", "why")),
       "w1/ray-worker: Odd: why", false},
      {"the worst of two",
       with_container(with_container(a_pod("w1"), waiting("Odd", "why")),
                      waiting("InvalidImageName", "")),
       "w1/ray-worker: there can be no image acme/ray:9", true},
  };
  for (const Row& row : rows) {
    const std::optional<Trouble> found = trouble_of(read(row.pod));
    EXPECT_EQ(found ? found->message : "", row.message) << row.name;
    EXPECT_EQ(found && found->is_permanent, row.is_permanent) << row.name;
  }
}

TEST(PodWords, TellsEveryBadEnd) {
  struct Row {
    const char* name;
    json pod;
    const char* reason;
    const char* message;
    int exit_code;
  };
  json again = {{"state", "running"}, {"restarts", 1}, {"last", ended(137, "OOMKilled")}};
  json evicted = with_container(a_pod("w1", "Failed"), ended(137, "Error"));
  evicted.update({{"reason", "Evicted"}, {"message", "low on memory"}, {"gone", true}});
  json bare = a_pod("w1", "Failed");
  json shut = a_pod("w1", "Failed");
  shut.update({{"reason", "Terminated"}, {"message", "node shutdown"}});
  json drained = with_container(a_pod("w1", "Failed"), ended(143, "Error"));
  drained.update({{"reason", "EvictionByEvictionAPI"}, {"message", "evicting"}});
  json node_gone = a_pod("w1", "Failed");
  node_gone.update({{"reason", "DeletionByPodGC"}, {"message", "node not found"}});
  json killed = ended(0, "Error");
  killed["signal"] = 9;
  const Row rows[] = {
      {"good", with_container(a_pod("w1", "Succeeded"), ended(0, "Completed")), "", "", 0},
      {"bad", with_container(a_pod("w1", "Failed"), ended(3, "Error", "x\nboom\n")), "AppFailed",
       "exit code 3; last line: boom", 3},
      {"bad, with a stack",
       with_container(a_pod("w1", "Failed"), ended(1, "Error", "E: no\n\tat a.B.c(B.java:1)")),
       "AppFailed", "exit code 1; last line: E: no", 1},
      {"memory", with_container(a_pod("w1", "Failed"), ended(137, "OOMKilled")), "OOMKilled",
       "out of memory: over the container's limit", 137},
      {"memory, of a child", with_container(a_pod("w1", "Failed"), ended(1, "OOMKilled")),
       "OOMKilled", "out of memory: over the container's limit (exit code 1)", 1},
      {"started again", with_container(a_pod("w1"), again), "OOMKilled",
       "out of memory: over the container's limit", 137},
      {"cannot run", with_container(a_pod("w1"), ended(128, "StartError", "exec: no such file")),
       "AppFailed", "exit code 128; StartError: exec: no such file", 128},
      {"signal", with_container(a_pod("w1", "Failed"), killed), "AppFailed", "killed by signal 9",
       0},
      {"evicted and gone", evicted, "Evicted", "Evicted: low on memory; exit code 137", 137},
      {"node went", shut, "NodeLost", "Terminated: node shutdown", 0},
      {"node drained", drained, "Evicted", "EvictionByEvictionAPI: evicting; exit code 143", 143},
      {"node deleted", node_gone, "NodeLost", "DeletionByPodGC: node not found", 0},
      {"says nothing", bare, "AppFailed", "the pod failed, and does not say why", 0},
  };
  for (const Row& row : rows) {
    const std::vector<PodFailure> found = failures_of(read(row.pod));
    EXPECT_EQ(found.empty() ? "" : found[0].reason, row.reason) << row.name;
    EXPECT_EQ(found.empty() ? "" : found[0].message, row.message) << row.name;
    EXPECT_EQ(found.empty() ? 0 : found[0].exit_code, row.exit_code) << row.name;
  }
}

TEST(PodWords, KnowsWhichFailureIsOfTheMainContainer) {
  json pod = with_container(a_pod("w1", "Failed"), ended(3, "Error"));
  pod = with_container(pod, {{"name", "sidecar"}, {"state", "terminated"}, {"exit_code", 1}});
  EXPECT_EQ(failure_of(read(pod), "ray-worker").exit_code, 3);
  EXPECT_EQ(failure_of(read(pod), "other").exit_code, 1);
  EXPECT_EQ(failure_of(read(a_pod("w1", "Failed")), "other").reason, "AppFailed");
}

TEST(PodWords, FindsWhatIsComplainedOf) {
  struct Row {
    const char* name;
    json pods;
    json event;
    const char* message;
  };
  json ready = a_pod("w1");
  ready["ready"] = true;
  const json starting = a_pod("w1", "Pending");
  const auto event = [](const char* on, const char* reason, const char* message) {
    return json{{"on", on}, {"reason", reason}, {"message", message}};
  };
  const Row rows[] = {
      {"quota", json::array(),
       event("RayCluster/j1", "FailedToCreateWorkerPod",
             "pods \"j1-w-x\" is forbidden: exceeded quota: small, requested: cpu=4, used: cpu=8, "
             "limited: cpu=10"),
       "the namespace's quota has no room: exceeded quota: small, requested: cpu=4, used: cpu=8, "
       "limited: cpu=10"},
      {"refused", json::array(),
       event("RayCluster/j1", "FailedToCreateHeadPod", "pods \"h\" is forbidden: no such account"),
       "the API server refuses a pod: is forbidden: no such account"},
      {"volume", json::array({starting}), event("Pod/w1", "FailedMount", "secret \"a\" not found"),
       "a volume is missing: secret \"a\" not found"},
      {"over", json::array({ready}), event("Pod/w1", "FailedMount", "secret \"a\" not found"), ""},
      {"told by the pod itself", json::array({starting}),
       event("Pod/w1", "FailedScheduling", "0/3 nodes"), ""},
      {"other", json::array(), event("Pod/w9", "FailedCreatePodSandBox", "no network"),
       "FailedCreatePodSandBox: no network"},
      {"no failure", json::array(), event("Pod/w9", "Unhealthy", "probe failed"), ""},
  };
  for (const Row& row : rows) {
    const auto found = find_trouble(an_object(row.pods, json::array({row.event})));
    EXPECT_EQ(found ? found->message : "", row.message) << row.name;
  }
}

TEST(PodWords, BearsWhatHasAnotherForm) {
  for (const char* native :
       {"5", "{}", R"({"pods": 5, "events": {}})", R"({"pods": [5, {"containers": [7, {}]}]})",
        R"({"object": {"status": [], "annotations": 5}, "pods": [{"name": 5, "phase": []}]})"}) {
    const ObjectStatus object = read_object_status(json::parse(native));
    EXPECT_FALSE(find_trouble(object)) << native;
    for (const PodStatus& pod : object.pods) EXPECT_TRUE(failures_of(pod).empty()) << native;
  }
}

}  // namespace
}  // namespace berth::kube
