// The filter that is measured on both sides of the plugin border.
#pragma once

#include <berth/filter.hpp>

namespace berth::bench {

// Room for the whole gang's GPUs and CPUs, as a site might write it.
struct Roomy {
  enum why : std::uint16_t { too_few_gpus = 1, too_few_cpus };
  static constexpr berth::reason reasons[] = {
      {too_few_gpus, "TooFewGpus", "needs {want} gpu, {have} free", berth::not_now},
      {too_few_cpus, "TooFewCpus", "needs {want} cpu, {have} free", berth::not_now}};

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) const {
    if (job.gpu() > pool.gpu_free()) return {too_few_gpus, job.gpu(), pool.gpu_free()};
    if (job.cpu() > pool.cpu_free()) return {too_few_cpus, job.cpu(), pool.cpu_free()};
    return berth::fits;
  }
};

}  // namespace berth::bench
