// Prefers pools that become fullest, so that whole nodes stay free for large gangs: the share of
// GPUs in use with this job included, of CPUs where there are no GPUs.
#include <berth/scorer.hpp>

namespace {

struct BinPack {
  double score(const berth::Job& job, const berth::Pool& pool) const {
    if (pool.gpu_capacity() > berth::milli(0)) {
      return berth::fraction(pool.gpu_capacity() - pool.gpu_free() + job.gpu(),
                             pool.gpu_capacity());
    }
    return berth::fraction(pool.cpu_capacity() - pool.cpu_free() + job.cpu(), pool.cpu_capacity());
  }
};

}  // namespace

BERTH_MODULE(berth::define_scorer<BinPack>("bin_pack", "1.0.0",
                                           "The pool that this job leaves fullest, by GPUs"))
