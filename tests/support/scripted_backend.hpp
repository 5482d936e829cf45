// A cluster that does what the test says, and remembers what it was asked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/loop.hpp"
#include "plugins/backend.hpp"

namespace berth {

inline BackendReply a_reply(CallStatus status, std::string message = {}) {
  BackendReply reply;
  reply.status = status;
  reply.message = std::move(message);
  return reply;
}

// Every answer is posted to the loop. A script that gives no reply leaves its call open until
// `answer_open_calls`.
class ScriptedBackend final : public Backend {
 public:
  using Script = std::optional<BackendReply>;

  explicit ScriptedBackend(Loop& loop) : loop_(loop) {}

  const std::vector<std::string>& formats() const override { return formats_; }
  void start(BackendEvents& events, BackendDone done) override {
    ++starts;
    events_ = &events;
    answer(is_away ? no_route() : on_start(), std::move(done));
  }
  void adopt(const AttemptKey& key, BackendDone done) override {
    adopted.push_back(key);
    answer(is_away ? no_route() : on_adopt(key), std::move(done));
  }
  void launch(const LaunchOrder& order, BackendDone done) override {
    launched.push_back(order);
    answer(is_away ? no_route() : on_launch(order), std::move(done));
  }
  void release(const ReleaseOrder& order, BackendDone done) override {
    released.push_back(order);
    answer(is_away ? no_route() : on_release(order), std::move(done));
  }
  void pools(BackendDone done) override {
    answer(is_away ? no_route() : on_pools(), std::move(done));
  }
  void health(BackendDone done) override {
    ++probes;
    answer(is_away ? no_route() : on_health(), std::move(done));
  }
  void logs(const LogRequest&, BackendDone done) override { done({}); }
  void fetch(const FetchRequest& request, BackendDone done) override {
    fetched.push_back(request);
    answer(on_fetch(request), std::move(done));
  }
  void stop(BackendDone done) override { done({}); }

  // The script. By default a good cluster on which every launch works and nothing is found.
  std::function<Script()> on_start = [] { return a_reply(CallStatus::kOk); };
  std::function<Script()> on_health = [] { return a_reply(CallStatus::kOk); };
  std::function<Script()> on_pools = [] { return a_reply(CallStatus::kOk); };
  std::function<Script(const AttemptKey&)> on_adopt = [this](const AttemptKey& key) {
    return workload(key);
  };
  std::function<Script(const LaunchOrder&)> on_launch = [this](const LaunchOrder& order) {
    return create(order.key);
  };
  std::function<Script(const ReleaseOrder&)> on_release = [this](const ReleaseOrder& order) {
    statuses.erase(order.key);
    return a_reply(CallStatus::kOk, "gone");
  };
  std::function<Script(const FetchRequest&)> on_fetch = [](const FetchRequest&) {
    return a_reply(CallStatus::kOk);
  };

  // What exists there, with its native status.
  std::map<AttemptKey, std::string> statuses;
  BackendReply create(const AttemptKey& key) {
    statuses.emplace(key, "starting");
    return workload(key);
  }
  BackendReply workload(const AttemptKey& key) const {
    const auto found = statuses.find(key);
    if (found == statuses.end()) return a_reply(CallStatus::kNotFound);
    BackendReply reply;
    reply.external_ref = "ref-" + key.job;
    reply.uid = uid_of(key);
    reply.native_status = found->second;
    return reply;
  }
  static std::string uid_of(const AttemptKey& key) {
    return key.job + "/" + std::to_string(key.attempt);
  }

  // Says that the workload is now as `status` says.
  void tell(const AttemptKey& key, const std::string& status) {
    statuses[key] = status;
    events_->workload_changed({key, uid_of(key), status});
  }
  BackendEvents& events() { return *events_; }

  void answer_open_calls(const BackendReply& reply) {
    for (BackendDone& done : std::exchange(open_, {})) answer(reply, std::move(done));
  }
  std::size_t open_calls() const { return open_.size(); }
  void forget_calls() { open_.clear(); }  // whoever made them has died

  bool is_away = false;  // no call but `fetch` reaches it; the scripts are not asked

  int starts = 0;
  int probes = 0;
  std::vector<AttemptKey> adopted;
  std::vector<LaunchOrder> launched;
  std::vector<ReleaseOrder> released;
  std::vector<FetchRequest> fetched;

 private:
  static Script no_route() { return a_reply(CallStatus::kTransient, "no route"); }
  void answer(Script reply, BackendDone done) {
    if (!reply) return open_.push_back(std::move(done));
    loop_.post([reply = std::move(*reply), done = std::move(done)] { done(reply); });
  }

  Loop& loop_;
  BackendEvents* events_ = nullptr;
  std::vector<std::string> formats_{"sim"};
  std::vector<BackendDone> open_;
};

}  // namespace berth
