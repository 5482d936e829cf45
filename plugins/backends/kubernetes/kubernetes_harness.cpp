#include "kubernetes_harness.hpp"

#include <gtest/gtest.h>

namespace berth {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kPatience{30};

json labels_of(const std::string& job) {
  return {{"app.kubernetes.io/managed-by", "berth"},
          {"berth.dev/instance", "inst"},
          {"berth.dev/job-id", job},
          {"berth.dev/attempt", "1"},
          {"berth.dev/pool", "gpu-a"}};
}

}  // namespace

json an_attempt(const std::string& job) {
  return {{"job", job}, {"attempt", 1}, {"name", job + "-a1"}};
}

json a_ray_cluster(const std::string& job) {
  json order = an_attempt(job);
  order.update(json::parse(R"({"pool": "gpu-a", "format": "kubernetes/objects", "workload": {
      "object": {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {},
                 "spec": {"headGroupSpec": {"template": {"spec": {"containers": [{"name": "ray-head"}]}}}}},
      "secrets": [{"name": "", "data": {"auth_token": "t"}}],
      "pods": [{"group": "head", "template": "/spec/headGroupSpec/template", "container": "ray-head"}],
      "endpoints": {"dashboard": {"group": "head", "port": 8265}}}})"));
  order["workload"]["secrets"][0]["name"] = job + "-a1-token";
  return order;
}

json a_pod_of(const std::string& job, const std::string& group, const std::string& name) {
  json labels = labels_of(job);
  labels["berth.dev/group"] = group;
  return {{"metadata", {{"name", name}, {"namespace", "ml"}, {"labels", labels}}},
          {"spec", {{"containers", json::array()}}},
          {"status", {{"phase", "Running"}}}};
}

KubernetesHarness::KubernetesHarness() {
  host_.size = sizeof host_;
  host_.context = this;
  host_.now_ms = [](void*) -> std::int64_t { return 0; };
  host_.complete = &complete;
  host_.event = &event;
  make_backend();
}

KubernetesHarness::~KubernetesHarness() {
  if (backend_) stop();
}

void KubernetesHarness::make_backend() {
  backend_ = std::make_unique<KubernetesBackend>();
  backend_->attach(&host_);
  set("kubeconfig", std::filesystem::path(cluster.kubeconfig()));
  set("requests_per_second", 10'000.0);
  set("burst", 10'000.0);
}

Answer KubernetesHarness::start() { return ask(&Backend::start, site); }

Answer KubernetesHarness::stop() {
  Answer answer = ask(&Backend::stop);
  backend_.reset();
  return answer;
}

void KubernetesHarness::restart() {
  stop();
  {
    std::lock_guard lock(mutex_);
    events_.clear();
  }
  make_backend();
  start();
}

void KubernetesHarness::complete(void* context, std::uint64_t call, berth_call_status status,
                                 berth_str text) {
  KubernetesHarness& harness = self(context);
  std::lock_guard lock(harness.mutex_);
  harness.answers_[call] = {status, json::parse(as_view(text))};
  harness.changed_.notify_all();
}

void KubernetesHarness::event(void* context, berth_str text) {
  KubernetesHarness& harness = self(context);
  std::lock_guard lock(harness.mutex_);
  harness.events_.push_back(json::parse(as_view(text)));
  harness.changed_.notify_all();
}

Answer KubernetesHarness::await_answer(std::uint64_t call) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [&] { return answers_.contains(call); }))
    return {BERTH_CALL_UNKNOWN, {{"message", "the test waited for it in vain"}}};
  return answers_[call];
}

std::uint64_t KubernetesHarness::ask_without_waiting(Method method, const json& text) {
  const std::uint64_t number = ++last_call_;
  const std::string written = text.dump();
  (backend_.get()->*method)(Call(&host_, number), written);
  return number;
}

Answer KubernetesHarness::ask(Method method, const json& text) {
  return await_answer(ask_without_waiting(method, text));
}

Answer KubernetesHarness::ask(void (Backend::*method)(Call)) {
  const std::uint64_t number = ++last_call_;
  (backend_.get()->*method)(Call(&host_, number));
  return await_answer(number);
}

json KubernetesHarness::await_event(const std::string& kind, const Question& question) {
  std::unique_lock lock(mutex_);
  json found;
  const bool is_found = changed_.wait_for(lock, kPatience, [&] {
    for (const json& event : events_) {
      if (event["kind"] != kind || !question(event)) continue;
      found = event;
      return true;
    }
    return false;
  });
  EXPECT_TRUE(is_found) << "no such event of " << events_.size();
  return found;
}

json KubernetesHarness::await_status(const Question& question, const std::string& job) {
  return await_event("workload", [&](const json& event) {
    return event["job"] == job && question(event["status"]);
  })["status"];
}

std::size_t KubernetesHarness::events() const {
  std::lock_guard lock(mutex_);
  return events_.size();
}

}  // namespace berth
