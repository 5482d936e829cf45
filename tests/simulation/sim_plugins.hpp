// A job type, a filter and a scorer for the simulation: the simplest that are true.
#pragma once

#include <cstdio>

#include "plugins/filter.hpp"
#include "plugins/jobtype.hpp"

namespace berth::sim {

class SimJobType final : public JobType {
 public:
  const std::string& type() const override { return type_; }
  const std::string& version() const override { return version_; }
  const std::vector<std::string>& formats() const override { return formats_; }
  const std::vector<std::string>& manifests() const override { return manifests_; }
  Result<Needs> needs(std::string_view) const override { return Needs{}; }

  Result<std::string> render(const RenderOrder& order) const override {
    std::int64_t cpu = 0, memory = 0, gpu = 0;
    for (const Group& group : order.groups) {
      cpu += group.count * group.cpu_milli;
      memory += group.count * group.memory_bytes;
      gpu += group.count * group.gpu_milli;
    }
    return std::to_string(cpu) + " " + std::to_string(memory) + " " + std::to_string(gpu);
  }

  Result<Observation> interpret(std::string_view, const std::vector<Group>&,
                                std::string_view native) const override {
    Observation seen;
    seen.message = std::string(native);
    seen.status = "{}";
    if (native == "running") seen.state = Observation::State::kReady;
    if (native == "ok") seen.state = Observation::State::kSucceeded;
    if (native == "bad" || native == "lost") seen.state = Observation::State::kFailed;
    if (native == "lost") seen.reason = "NodeLost";
    if (native == "stuck") seen.reason = "Unschedulable";
    if (native == "odd") seen.state = Observation::State::kUnknown;
    return seen;
  }

  Result<ProbeStep> probe(const ProbeTurn&) const override { return ProbeStep{}; }

 private:
  std::string type_ = "sim";
  std::string version_ = "1";
  std::vector<std::string> formats_{"sim"};
  std::vector<std::string> manifests_;
};

// Ready clusters with room for the whole gang.
class RoomFilter final : public Filter {
 public:
  const std::string& instance() const override { return name_; }
  bool filter(const berth_batch& batch, berth_verdict* verdicts) override {
    for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
      const berth_pool& pool = *batch.pools[i];
      const berth_job& job = *batch.job;
      const bool could = job.cpu_milli <= pool.cpu_capacity_milli &&
                         job.gpu_milli <= pool.gpu_capacity_milli;
      const bool can = job.cpu_milli <= pool.cpu_free_milli &&
                       job.gpu_milli <= pool.gpu_free_milli &&
                       pool.cluster_state == BERTH_CLUSTER_READY;
      verdicts[i] = {can ? BERTH_FITS : could ? BERTH_NOT_NOW : BERTH_NEVER, 0, 0, 0};
    }
    return true;
  }
  ReasonText explain(const berth_verdict&) const override { return {"Room", "no room"}; }

 private:
  std::string name_ = "room";
};

class FreeScorer final : public Scorer {
 public:
  const std::string& instance() const override { return name_; }
  bool score(const berth_batch& batch, double* scores) override {
    for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
      const berth_pool& pool = *batch.pools[i];
      scores[i] = static_cast<double>(pool.cpu_free_milli) /
                  static_cast<double>(std::max<std::int64_t>(1, pool.cpu_capacity_milli));
    }
    return true;
  }

 private:
  std::string name_ = "free";
};

}  // namespace berth::sim
