// A local backend with real processes, driven as the daemon drives one. For tests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "local_backend.hpp"

namespace berth {

struct Answer {
  berth_call_status status = BERTH_CALL_OK;
  nlohmann::json body;
};

// A job "j1", attempt 1, unless said otherwise.
nlohmann::json an_attempt(const std::string& job = "j1", int attempt = 1);
nlohmann::json a_member(const std::string& role, const std::string& script, int replica = 0);
nlohmann::json a_workload(std::initializer_list<nlohmann::json> members);

// The order to launch it, of this process's own user.
nlohmann::json a_launch(const nlohmann::json& workload, const std::string& job = "j1");

// Sets an option by the name that it has in a site file.
template <typename Value>
void set_option(LocalBackend& backend, std::string_view name, const Value& value) {
  const auto set_if_named = [&](const auto& option) {
    if constexpr (std::is_same_v<typename std::decay_t<decltype(option)>::member_type, Value>) {
      if (option.name == name) backend.*option.member = value;
    }
  };
  std::apply([&](const auto&... each) { (set_if_named(each), ...); }, LocalBackend::options);
}

class LocalHarness {
 public:
  using Configure = std::function<void(LocalBackend&)>;

  explicit LocalHarness(Configure configure = {});
  ~LocalHarness();
  LocalHarness(const LocalHarness&) = delete;
  LocalHarness& operator=(const LocalHarness&) = delete;

  // As a daemon that is restarted: what runs goes on. Gives the answer to its start.
  nlohmann::json start_backend();
  void stop_backend();

  using Method = void (Backend::*)(Call, std::string_view);
  Answer ask(Method method, const nlohmann::json& text);
  // Begins a call; its number is what `await_answer` takes.
  std::uint64_t begin(Method method, const nlohmann::json& text);
  bool has_answer(std::uint64_t call);
  Answer await_answer(std::uint64_t call);
  Answer launch(const nlohmann::json& workload, const std::string& job = "j1");
  // As the daemon does for a job that this user submitted.
  Answer launch_for(const Submitter& user, const nlohmann::json& workload,
                    const std::string& job = "j1");
  Answer release(const std::string& job = "j1");
  Answer adopt(const std::string& job = "j1");
  Answer log(nlohmann::json request, const std::string& job = "j1");
  std::string whole_log(const std::string& role = "");

  // Waits until the newest status of a job says so, and gives it.
  using Question = std::function<bool(const nlohmann::json& status)>;
  nlohmann::json await_status(const Question& question, const std::string& job = "j1");
  nlohmann::json await_end(
      const std::string& job = "j1");  // of the first member; gives that member

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path attempt_folder(const std::string& name = "j1-a1") const {
    return folder_ / "state" / "attempts" / name;
  }
  // The folders of an attempt's cgroups, in every hierarchy, that there are.
  std::vector<std::filesystem::path> cgroups(const std::string& attempt = "j1-a1") const;
  pid_t supervisor_pid(const std::string& member, const std::string& attempt = "j1-a1") const;
  LocalBackend& backend() { return *backend_; }

 private:
  static LocalHarness& self(void* context) { return *static_cast<LocalHarness*>(context); }
  static void complete(void* context, std::uint64_t call, berth_call_status status, berth_str text);
  static void event(void* context, berth_str text);

  std::filesystem::path folder_;
  Configure configure_;
  const std::vector<std::filesystem::path> cgroup_parents_ = find_parents("auto").all();
  berth_backend_host host_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Answer> answers_;
  std::map<std::string, nlohmann::json> newest_status_;
  std::uint64_t last_call_ = 0;
  std::unique_ptr<LocalBackend> backend_;
};

}  // namespace berth
