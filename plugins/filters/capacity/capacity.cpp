// Admits a gang when all of it fits what the pool has free, and refuses for good what the pool
// could not hold even if it were empty.
#include <berth/filter.hpp>

namespace {

struct Capacity {
  enum why : std::uint16_t {
    exceeds_gpu = 1,
    exceeds_cpu,
    exceeds_memory,
    exceeds_extra,
    insufficient_gpu,
    insufficient_cpu,
    insufficient_memory,
    insufficient_extra
  };
  static constexpr berth::reason reasons[] = {
      {exceeds_gpu, "ExceedsMaxGpu", "needs {want} gpu, pool has {have} in all", berth::never},
      {exceeds_cpu, "ExceedsMaxCpu", "needs {want} cpu, pool has {have} in all", berth::never},
      {exceeds_memory, "ExceedsMaxMemory", "needs {want} of memory, pool has {have} in all",
       berth::never},
      {exceeds_extra, "ExceedsMaxExtra",
       "needs more {want} than the {have} that the pool has in all", berth::never},
      {insufficient_gpu, "InsufficientGpu", "needs {want} gpu, {have} free", berth::not_now},
      {insufficient_cpu, "InsufficientCpu", "needs {want} cpu, {have} free", berth::not_now},
      {insufficient_memory, "InsufficientMemory", "needs {want} of memory, {have} free",
       berth::not_now},
      {insufficient_extra, "InsufficientExtra", "needs more {want} than the {have} free",
       berth::not_now}};

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) const {
    if (job.gpu() > pool.gpu_capacity()) return {exceeds_gpu, job.gpu(), pool.gpu_capacity()};
    if (job.cpu() > pool.cpu_capacity()) return {exceeds_cpu, job.cpu(), pool.cpu_capacity()};
    if (job.memory() > pool.memory_capacity()) {
      return {exceeds_memory, job.memory(), pool.memory_capacity()};
    }
    const berth::verdict extra = check_extra(job, pool);
    if (extra.record().reason == exceeds_extra) return extra;

    // What is short is asked only where something is needed: others may have overdrawn the pool.
    if (short_of(job.gpu(), pool.gpu_free())) return {insufficient_gpu, job.gpu(), pool.gpu_free()};
    if (short_of(job.cpu(), pool.cpu_free())) return {insufficient_cpu, job.cpu(), pool.cpu_free()};
    if (short_of(job.memory(), pool.memory_free())) {
      return {insufficient_memory, job.memory(), pool.memory_free()};
    }
    return extra;
  }

 private:
  template <typename Amount>
  static bool short_of(Amount needed, Amount free) {
    return needed > Amount(0) && needed > free;
  }

  // The gravest refusal for want of another resource.
  static berth::verdict check_extra(const berth::Job& job, const berth::Pool& pool) {
    berth::verdict gravest = berth::fits;
    for (berth::Group group : job.groups()) {
      for (const berth_amount& one : group.extra()) {
        const berth::name resource(one.resource);
        const berth::milli needed = total_of(resource, one, job);
        if (needed > pool.extra_capacity(resource)) {
          return {exceeds_extra, resource, pool.extra_capacity(resource)};
        }
        if (short_of(needed, pool.extra_free(resource))) {
          gravest = {insufficient_extra, resource, pool.extra_free(resource)};
        }
      }
    }
    return gravest;
  }

  // What the whole gang needs of a resource. One that nobody here knows equals no other, so that
  // only the amount in hand is known; no pool has any of it.
  static berth::milli total_of(berth::name resource, const berth_amount& in_hand,
                               const berth::Job& job) {
    if (!resource.is_known()) return berth::milli(in_hand.milli);
    berth::milli total;
    for (berth::Group group : job.groups()) {
      for (const berth_amount& one : group.extra()) {
        if (berth::name(one.resource) == resource) total += berth::milli(one.milli) * group.count();
      }
    }
    return total;
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<Capacity>("capacity", "1.0.0",
                                            "The whole gang fits what the pool has free"))
