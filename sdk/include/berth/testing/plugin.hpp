// A plugin under test, through the very table that the daemon calls.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/testing/a_job.hpp"
#include "berth/testing/a_pool.hpp"
#include "berth/testing/fake_host.hpp"
#include "berth/testing/option_values.hpp"
#include "berth/testing/reason_text.hpp"

namespace berth::testing {

// The row of that id; throws when the module has none.
inline const berth_plugin& plugin_of(const berth_module* module, std::string_view id) {
  const auto* at = reinterpret_cast<const std::byte*>(module->plugins);
  for (std::uint64_t i = 0; i < module->plugin_count; ++i, at += module->plugin_stride) {
    const auto& plugin = *reinterpret_cast<const berth_plugin*>(at);
    if (as_view(plugin.id) == id) return plugin;
  }
  throw std::invalid_argument("the module has no plugin " + std::string(id));
}

// One instance with its own fake host. Throws std::invalid_argument when the options or `create`
// fail, and std::runtime_error when a call is a fault.
//   Plugin filter(berth_module_v1(), "capacity");
//   EXPECT_EQ(filter.check(a_job()..., a_pool("p")...), "not now InsufficientGpu: needs 8 gpu, 6
//   free");
class Plugin {
 public:
  Plugin(const berth_module* module, std::string_view id, Options options = {})
      : Plugin(plugin_of(module, id), std::move(options)) {}

  explicit Plugin(const berth_plugin& row, Options options = {}) : row_(row) {
    const OptionValues values(row, std::move(options));
    std::string why;
    const berth_sink sink = {&why, [](void* context, berth_str text) {
                               static_cast<std::string*>(context)->append(as_view(text));
                             }};
    instance_ = row.create(host_.record(), values.data(), values.size(), &sink);
    if (instance_ == nullptr) throw std::invalid_argument(why);
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin() {
    if (instance_ != nullptr) row_.destroy(instance_);
  }

  FakeHost& host() { return host_; }
  void* instance() { return instance_; }

  // "fits", or what the refusal means, its word and its sentence: "never WrongSku: has A100".
  std::string check(const JobBuilder& job, const PoolBuilder& pool) {
    return check_all(job, {pool}).front();
  }
  std::vector<std::string> check_all(const JobBuilder& job, const std::vector<PoolBuilder>& pools) {
    const auto* functions = static_cast<const berth_filter_functions*>(row_.functions);
    std::vector<berth_verdict> verdicts(pools.size());
    call(job, pools, [&](const berth_batch& batch) {
      return functions->filter(instance_, &batch, verdicts.data());
    });
    std::vector<std::string> answers;
    for (const berth_verdict& verdict : verdicts) answers.push_back(describe(verdict));
    return answers;
  }

  double score(const JobBuilder& job, const PoolBuilder& pool) {
    return score_all(job, {pool}).front();
  }
  std::vector<double> score_all(const JobBuilder& job, const std::vector<PoolBuilder>& pools) {
    const auto* functions = static_cast<const berth_scorer_functions*>(row_.functions);
    std::vector<double> scores(pools.size(), -1);
    call(job, pools, [&](const berth_batch& batch) {
      return functions->score(instance_, &batch, scores.data());
    });
    return scores;
  }

 private:
  template <typename Function>
  void call(const JobBuilder& job, const std::vector<PoolBuilder>& pools, Function function) {
    std::vector<std::unique_ptr<PoolRecord>> owned;
    std::vector<const berth_pool*> records;
    for (const PoolBuilder& pool : pools) {
      records.push_back(owned.emplace_back(pool.build(host_))->get());
    }
    const std::unique_ptr<JobRecord> job_record = job.build(host_);
    const berth_batch batch = {sizeof(berth_batch), job_record->get(), records.data(),
                               records.size()};
    const std::int32_t fault = function(batch);
    if (fault != 0) throw std::runtime_error("the plugin faulted with " + std::to_string(fault));
  }

  std::string describe(const berth_verdict& verdict) const {
    static constexpr const char* kKinds[] = {"fits", "not now", "never", "by policy"};
    if (verdict.kind == BERTH_FITS) return kKinds[0];
    if (verdict.kind > BERTH_BY_POLICY) return "unknown kind " + std::to_string(verdict.kind);
    const auto* at = reinterpret_cast<const std::byte*>(row_.reasons);
    for (std::uint64_t i = 0; i < row_.reason_count; ++i, at += row_.reason_stride) {
      const auto& reason = *reinterpret_cast<const berth_reason*>(at);
      if (reason.code == verdict.reason) {
        return std::string(kKinds[verdict.kind]) + ' ' + std::string(as_view(reason.name)) + ": " +
               reason_text(as_view(reason.text), verdict,
                           [this](berth_id id) { return host_.text(id); });
      }
    }
    return "unknown reason " + std::to_string(verdict.reason);
  }

  const berth_plugin row_;
  FakeHost host_;
  void* instance_ = nullptr;
};

}  // namespace berth::testing
