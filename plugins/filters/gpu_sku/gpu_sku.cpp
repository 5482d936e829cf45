// Brings jobs to the GPU models they ask for, and keeps others away from what is scarce: generic
// GPU jobs from special models, jobs without GPUs from GPU pools.
#include <algorithm>
#include <berth/filter.hpp>
#include <vector>

namespace {

struct GpuSku {
  std::vector<berth::name> special;
  bool allow_cpu_jobs = false;
  static constexpr std::tuple options{
      berth::option{"special", &GpuSku::special,
                    "GPU models that only jobs which ask for them by name may use", ""},
      berth::option{"allow_cpu_jobs", &GpuSku::allow_cpu_jobs,
                    "whether jobs without GPUs may run in pools that have GPUs", "false"}};

  enum why : std::uint16_t { wrong_sku = 1, none_of_the_skus, no_gpus, special_sku, gpu_pool };
  static constexpr berth::reason reasons[] = {
      {wrong_sku, "WrongSku", "has {have}, wants {want}", berth::never},
      {none_of_the_skus, "NoneOfTheSkus", "has {have}, which the job does not ask for", berth::never},
      {no_gpus, "NoGpus", "has no GPUs, job needs {want} gpu", berth::never},
      {special_sku, "SpecialSku", "{have} is kept for jobs that ask for it by name",
       berth::by_policy},
      {gpu_pool, "GpuPool", "has {have} gpu and is kept for jobs that need them",
       berth::by_policy}};

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) const {
    bool asks_for_gpus = job.gpu() > berth::milli(0);
    for (berth::Group group : job.groups()) {
      asks_for_gpus |= !group.skus().empty();
      const berth::verdict answer = serve(group, pool);
      if (!answer.is_fit()) return answer;
    }
    if (!asks_for_gpus && !allow_cpu_jobs && pool.gpu_capacity() > berth::milli(0)) {
      return {gpu_pool, {}, pool.gpu_capacity()};
    }
    return berth::fits;
  }

 private:
  bool is_special(berth::name sku) const {
    return std::find(special.begin(), special.end(), sku) != special.end();
  }

  berth::verdict serve(const berth::Group& group, const berth::Pool& pool) const {
    if (!group.skus().empty()) return serve_by_name(group, pool);
    if (group.gpu() > berth::milli(0)) return serve_generic(group, pool);
    return berth::fits;
  }

  static berth::verdict serve_by_name(const berth::Group& group, const berth::Pool& pool) {
    const berth::names wanted = group.skus();
    berth::name had;
    for (berth::NodeShape shape : pool.shapes()) {
      if (shape.sku() && wanted.contains(shape.sku())) return berth::fits;
      if (!had) had = shape.sku();
    }
    if (!had) return {no_gpus, group.gpu()};
    if (wanted.size() == 1 && wanted.front().is_known()) return {wrong_sku, wanted.front(), had};
    return {none_of_the_skus, {}, had};
  }

  berth::verdict serve_generic(const berth::Group& group, const berth::Pool& pool) const {
    berth::name kept;
    for (berth::NodeShape shape : pool.shapes()) {
      if (shape.gpu() <= berth::milli(0)) continue;
      if (!is_special(shape.sku())) return berth::fits;
      kept = shape.sku();
    }
    if (kept) return {special_sku, {}, kept};
    if (pool.gpu_capacity() > berth::milli(0)) return berth::fits;  // a pool that names no nodes
    return {no_gpus, group.gpu()};
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<GpuSku>("gpu_sku", "1.0.0",
                                          "The GPU models a job may and should use"))
