// The backend over a cluster in memory, driven as the daemon drives it. For tests.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "fake_cluster.hpp"
#include "kubernetes_backend.hpp"

namespace berth {

struct Answer {
  berth_call_status status = BERTH_CALL_OK;
  nlohmann::json body;

  std::string message() const { return body.value("message", ""); }
};

// Job "j1", attempt 1, unless said otherwise.
nlohmann::json an_attempt(const std::string& job = "j1");
nlohmann::json a_ray_cluster(const std::string& job = "j1");  // an order to launch it
nlohmann::json a_pod_of(const std::string& job, const std::string& group, const std::string& name);

class KubernetesHarness {
 public:
  KubernetesHarness();
  ~KubernetesHarness();
  KubernetesHarness(const KubernetesHarness&) = delete;
  KubernetesHarness& operator=(const KubernetesHarness&) = delete;

  template <typename Value>
  void set(std::string_view name, const Value& value) {
    const auto set_if_named = [&](const auto& option) {
      if constexpr (std::is_same_v<typename std::decay_t<decltype(option)>::member_type, Value>) {
        if (option.name == name) (*backend_).*option.member = value;
      }
    };
    std::apply([&](const auto&... each) { (set_if_named(each), ...); }, KubernetesBackend::options);
  }

  std::vector<std::string> find_problems() const { return backend_->find_problems(); }

  Answer start();
  Answer stop();
  void restart();  // as a daemon that is started again

  using Method = void (Backend::*)(Call, std::string_view);
  Answer ask(Method method, const nlohmann::json& text);
  Answer ask(void (Backend::*method)(Call));
  std::uint64_t ask_without_waiting(Method method, const nlohmann::json& text);
  Answer await_answer(std::uint64_t call);
  Answer launch(const std::string& job = "j1") { return ask(&Backend::launch, a_ray_cluster(job)); }
  Answer release(const std::string& job = "j1") { return ask(&Backend::release, an_attempt(job)); }
  Answer adopt(const std::string& job = "j1") { return ask(&Backend::adopt, an_attempt(job)); }

  using Question = std::function<bool(const nlohmann::json&)>;
  // Waits until an event of that kind says so, and gives it.
  nlohmann::json await_event(const std::string& kind, const Question& question);
  nlohmann::json await_status(const Question& question, const std::string& job = "j1");
  std::size_t events() const;

  FakeCluster cluster;
  nlohmann::json site = nlohmann::json::parse(R"({
      "instance": "inst", "epoch": 7, "cluster": "west", "pools": [
        {"name": "gpu-a", "owner": "o", "settings": {"namespace": "ml"}, "nodes": []}]})");

 private:
  void make_backend();
  static KubernetesHarness& self(void* context) {
    return *static_cast<KubernetesHarness*>(context);
  }
  static void complete(void* context, std::uint64_t call, berth_call_status status, berth_str text);
  static void event(void* context, berth_str text);

  berth_backend_host host_{};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Answer> answers_;
  std::vector<nlohmann::json> events_;
  std::uint64_t last_call_ = 0;
  std::unique_ptr<KubernetesBackend> backend_;
};

}  // namespace berth
