#include "native_status.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using nlohmann::json;

json a_pod(const std::string& name, const std::string& phase = "Running") {
  return {{"metadata",
           {{"name", name},
            {"creationTimestamp", "1970-01-01T00:00:01Z"},
            {"labels", {{"berth.dev/group", "gpu"}}}}},
          {"spec", {{"nodeName", "n1"}}},
          {"status", {{"phase", phase}, {"podIP", "10.0.0.1"}}}};
}

json summary_of(const json& pod) { return pod_summary(pod, "berth.dev/group"); }

TEST(PodSummary, SaysWhereItIsAndWhetherItIsReady) {
  json pod = a_pod("p");
  pod["status"]["conditions"] = json::parse(R"([{"type": "Ready", "status": "True"},
                                                {"type": "PodScheduled", "status": "True"}])");
  EXPECT_EQ(summary_of(pod), json::parse(R"({
      "name": "p", "group": "gpu", "node": "n1", "ip": "10.0.0.1", "phase": "Running", "ready": true,
      "deleting": false, "gone": false, "created_ms": 1000, "reason": "", "message": "",
      "containers": []})"));
}

TEST(PodSummary, SaysWhyItIsNotScheduled) {
  json pod = a_pod("p", "Pending");
  pod["status"]["conditions"] = json::parse(R"([{"type": "PodScheduled", "status": "False",
      "reason": "Unschedulable", "message": "0/3 nodes are available"}])");
  EXPECT_EQ(summary_of(pod)["unscheduled"],
            json::parse(R"({"reason": "Unschedulable", "message": "0/3 nodes are available"})"));
}

json with_disruption(json pod, const std::string& reason) {
  pod["status"]["conditions"] = {{{"type", "DisruptionTarget"},
                                  {"status", "True"},
                                  {"reason", reason},
                                  {"message", "its node is gone"}}};
  return pod;
}

TEST(PodSummary, SaysThatTheClusterEndsIt) {
  const json lost = summary_of(with_disruption(a_pod("p"), "DeletionByPodGC"));
  EXPECT_EQ(lost["reason"], "DeletionByPodGC");
  EXPECT_EQ(lost["message"], "its node is gone");
  json pod = with_disruption(a_pod("p", "Failed"), "TerminationByKubelet");
  pod["status"]["reason"] = "Evicted";
  EXPECT_EQ(summary_of(pod)["reason"], "Evicted");  // the more exact word
}

TEST(PodSummary, TellsHowContainersEndedNowAndBefore) {
  json pod = a_pod("p");
  pod["status"]["containerStatuses"] = json::parse(R"([{
      "name": "ray-worker", "image": "i", "ready": false, "restartCount": 2,
      "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
      "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137,
                                   "finishedAt": "1970-01-01T00:00:02Z"}}}])");
  const json container = summary_of(pod)["containers"][0];
  EXPECT_EQ(container["state"], "waiting");
  EXPECT_EQ(container["reason"], "CrashLoopBackOff");
  EXPECT_EQ(container["restarts"], 2);
  EXPECT_EQ(container["last"]["reason"], "OOMKilled");
  EXPECT_EQ(container["last"]["exit_code"], 137);
  EXPECT_EQ(container["last"]["ended_ms"], 2000);
}

// The end of a log, or what Ray's submitter notes as JSON, is of use whole or not at all.
TEST(PodSummary, KeepsTheWordsOfAnEndWhole) {
  const std::string words = std::string(4000, 'x') + "\nthe end";
  json pod = a_pod("p", "Failed");
  const json end = {{"exitCode", 1}, {"message", words}};
  pod["status"]["containerStatuses"] = {{{"name", "c"}, {"state", {{"terminated", end}}}}};
  EXPECT_EQ(summary_of(pod)["containers"][0]["message"], words);
}

TEST(PodSummary, HoldsWithNothingInIt) {
  EXPECT_EQ(summary_of(json::object())["phase"], "");
  EXPECT_EQ(summary_of(json{{"status", 7}, {"metadata", nullptr}})["containers"], json::array());
}

TEST(ObjectSummary, KeepsOnlyBerthsAnnotations) {
  const json summary = object_summary(json::parse(R"({
      "apiVersion": "ray.io/v1", "kind": "RayCluster",
      "metadata": {"name": "j1-a1", "namespace": "ml", "uid": "u", "generation": 3,
                   "deletionTimestamp": "1970-01-01T00:00:02Z",
                   "annotations": {"berth.dev/main": "head", "acme/large": "..."}},
      "spec": {"large": true}, "status": {"state": "ready"}})"));
  EXPECT_EQ(summary["annotations"], json::parse(R"({"berth.dev/main": "head"})"));
  EXPECT_EQ(summary["deleting"], true);
  EXPECT_EQ(summary["status"]["state"], "ready");
  EXPECT_FALSE(summary.contains("spec"));
}

TEST(AttemptPicture, KeepsPodsThatFailedAndAreGone) {
  AttemptPicture picture;
  json failed = summary_of(a_pod("bad", "Failed"));
  picture.set_pod(failed);
  picture.set_pod(summary_of(a_pod("good")));
  picture.pod_vanished("bad");
  picture.pod_vanished("good");
  const json pods = picture.native_status()["pods"];
  ASSERT_EQ(pods.size(), 1u);
  EXPECT_EQ(pods[0]["name"], "bad");
  EXPECT_EQ(pods[0]["gone"], true);
}

TEST(AttemptPicture, KeepsPodsThatTheClusterEnded) {
  AttemptPicture picture;
  picture.set_pod(summary_of(with_disruption(a_pod("p"), "EvictionByEvictionAPI")));
  picture.pod_vanished("p");
  const json pods = picture.native_status()["pods"];
  ASSERT_EQ(pods.size(), 1u);
  EXPECT_EQ(pods[0]["phase"], "Failed");
  EXPECT_EQ(pods[0]["gone"], true);
}

TEST(AttemptPicture, KeepsNoMoreThanItsLimits) {
  AttemptPicture picture;
  for (int i = 0; i < 150; ++i) {
    const std::string name = "p" + std::to_string(i);
    picture.set_pod(summary_of(a_pod(name, "Failed")));
    picture.pod_vanished(name);
    picture.add_event({{"id", name}, {"time_ms", i}});
  }
  const json status = picture.native_status();
  EXPECT_EQ(status["pods"].size(), AttemptPicture::kGonePodsMax);
  EXPECT_EQ(status["pods"][0]["name"], "p50");
  EXPECT_EQ(status["events"].size(), AttemptPicture::kEventsMax);
  EXPECT_EQ(status["events"][49]["time_ms"], 149);
}

TEST(AttemptPicture, TakesAnEventThatHappensAgainForTheSame) {
  AttemptPicture picture;
  picture.add_event({{"id", "e"}, {"time_ms", 1}, {"count", 1}});
  picture.add_event({{"id", "e"}, {"time_ms", 5}, {"count", 2}});
  EXPECT_EQ(picture.native_status()["events"], json::parse(R"([{"time_ms": 5, "count": 2}])"));
}

TEST(AttemptPicture, SaysThatTheObjectIsGone) {
  AttemptPicture picture;
  picture.set_object({{"name", "j1-a1"}});
  EXPECT_FALSE(picture.native_status().contains("gone"));
  picture.object_vanished();
  EXPECT_EQ(picture.native_status()["gone"], true);
  EXPECT_FALSE(picture.native_status().contains("object"));
}

}  // namespace
}  // namespace berth
