#include "local_harness.hpp"

#include <gtest/gtest.h>

#include "member_folder.hpp"
#include "small_file.hpp"

namespace berth {

using nlohmann::json;

json an_attempt(const std::string& job, int attempt) {
  return {{"job", job}, {"attempt", attempt}, {"name", job + "-a" + std::to_string(attempt)}};
}

json a_member(const std::string& role, const std::string& script, int replica) {
  return {{"role", role},
          {"replica", replica},
          {"main", role == "main"},
          {"argv", {"/bin/sh", "-c", script}},
          {"environment", json::object()},
          {"directory", ""}};
}

json a_workload(std::initializer_list<json> members) {
  return {{"members", json::array_t(members)}, {"files", json::array()}, {"grace_ms", 2000}};
}

json a_launch(const json& workload, const std::string& job) {
  json order = an_attempt(job);
  order.update({{"workload", workload}, {"format", "process/group"}, {"uid", geteuid()}});
  return order;
}

LocalHarness::LocalHarness(Configure configure) : configure_(std::move(configure)) {
  std::string name = (std::filesystem::temp_directory_path() / "berth-local-XXXXXX").string();
  folder_ = mkdtemp(name.data());
  make_passable_folder(folder_);
  host_.size = sizeof host_;
  host_.context = this;
  host_.now_ms = [](void*) -> std::int64_t {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  };
  host_.complete = &complete;
  host_.event = &event;
  start_backend();
}

LocalHarness::~LocalHarness() {
  if (!backend_) start_backend();
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "state" / "attempts")) {
    const std::string name = entry.path().filename();
    const std::size_t dash = name.rfind("-a");
    ask(&Backend::release, an_attempt(name.substr(0, dash), std::stoi(name.substr(dash + 2))));
  }
  stop_backend();
  std::filesystem::remove_all(folder_);
}

namespace {

std::string instance() { return "test" + std::to_string(getpid()); }

}  // namespace

json LocalHarness::start_backend() {
  newest_status_.clear();
  backend_ = std::make_unique<LocalBackend>();
  if (configure_) configure_(*backend_);
  backend_->attach(&host_);
  const json cluster = {{"instance", instance()},
                        {"epoch", 7},
                        {"cluster", "west"},
                        {"state_dir", folder_ / "state"},
                        {"program_dir", BERTH_PROGRAM_FOLDER},
                        {"pools", json::parse(R"([{"name": "gpu-a", "nodes": [
                            {"sku": "H100", "count": 2, "cpu_milli": 8000, "memory_bytes": 1024,
                             "gpu_milli": 4000}]}])")}};
  return ask(&Backend::start, cluster).body;
}

void LocalHarness::stop_backend() {
  const std::uint64_t number = ++last_call_;
  backend_->stop(Call(&host_, number));
  await_answer(number);
  backend_.reset();
}

void LocalHarness::complete(void* context, std::uint64_t call, berth_call_status status,
                            berth_str text) {
  LocalHarness& harness = self(context);
  std::lock_guard lock(harness.mutex_);
  harness.answers_[call] = {status, json::parse(as_view(text))};
  harness.changed_.notify_all();
}

void LocalHarness::event(void* context, berth_str text) {
  LocalHarness& harness = self(context);
  const json happened = json::parse(as_view(text));
  std::lock_guard lock(harness.mutex_);
  harness.newest_status_[happened.at("job").get<std::string>()] = happened.at("status");
  harness.changed_.notify_all();
}

bool LocalHarness::has_answer(std::uint64_t call) {
  std::lock_guard lock(mutex_);
  return answers_.contains(call);
}

Answer LocalHarness::await_answer(std::uint64_t call) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return answers_.contains(call); });
  return answers_[call];
}

Answer LocalHarness::ask(Method method, const json& text) {
  return await_answer(begin(method, text));
}

std::uint64_t LocalHarness::begin(Method method, const json& text) {
  const std::uint64_t number = ++last_call_;
  const std::string written = text.dump();
  (backend_.get()->*method)(Call(&host_, number), written);
  return number;
}

Answer LocalHarness::launch(const json& workload, const std::string& job) {
  return ask(&Backend::launch, a_launch(workload, job));
}

Answer LocalHarness::launch_for(const Submitter& user, const json& workload,
                                const std::string& job) {
  json order = an_attempt(job);
  order.update({{"workload", workload}, {"format", "process/group"}});
  order.update({{"uid", user.uid}, {"gid", user.gid}, {"user", user.user}});
  return ask(&Backend::launch, order);
}

Answer LocalHarness::release(const std::string& job) {
  return ask(&Backend::release, an_attempt(job));
}

Answer LocalHarness::adopt(const std::string& job) { return ask(&Backend::adopt, an_attempt(job)); }

Answer LocalHarness::log(json request, const std::string& job) {
  request.update(an_attempt(job));
  return ask(&Backend::logs, request);
}

std::string LocalHarness::whole_log(const std::string& role) {
  return log({{"role", role}, {"offset", 0}, {"limit", 1 << 20}}).body.value("data", "");
}

json LocalHarness::await_status(const Question& question, const std::string& job) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return newest_status_.contains(job) && question(newest_status_[job]); });
  return newest_status_[job];
}

json LocalHarness::await_end(const std::string& job) {
  const json status = await_status(
      [](const json& status) { return status["members"][0]["state"] == "ended"; }, job);
  return status["members"][0];
}

std::vector<std::filesystem::path> LocalHarness::cgroups(const std::string& attempt) const {
  std::vector<std::filesystem::path> found;
  for (std::filesystem::path path : cgroup_parents_) {
    path /= std::filesystem::path("berth-" + instance() + "-west") / attempt;
    if (std::filesystem::exists(path)) found.push_back(path);
  }
  return found;
}

pid_t LocalHarness::supervisor_pid(const std::string& member, const std::string& attempt) const {
  const auto holder = MemberFolder(attempt_folder(attempt) / "members" / member).holder();
  EXPECT_TRUE(holder.has_value());
  return holder ? holder->pid : 0;
}

}  // namespace berth
