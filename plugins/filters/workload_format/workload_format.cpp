// Brings jobs only to clusters whose backend takes something that the job's type can render.
#include <berth/filter.hpp>

namespace {

struct WorkloadFormat {
  enum why : std::uint16_t { no_common_format = 1 };
  static constexpr berth::reason reasons[] = {{no_common_format, "NoCommonFormat",
                                               "cluster takes {have}, job's type renders {want}",
                                               berth::never}};

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) const {
    if (job.formats().meets(pool.formats())) return berth::fits;
    return {no_common_format, job.formats().front(), pool.formats().front()};
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<WorkloadFormat>(
    "workload_format", "1.0.0", "The cluster's backend takes what the job's type renders"))
