// Prefers pools that stay emptiest: one minus the load of the fullest resource, this job included.
#include <algorithm>
#include <berth/scorer.hpp>

namespace {

struct LeastLoaded {
  double score(const berth::Job& job, const berth::Pool& pool) const {
    double dominant = load(job.cpu(), pool.cpu_free(), pool.cpu_capacity());
    dominant = std::max(dominant, load(job.gpu(), pool.gpu_free(), pool.gpu_capacity()));
    dominant = std::max(dominant, load(job.memory(), pool.memory_free(), pool.memory_capacity()));
    return 1.0 - dominant;
  }

 private:
  template <typename Amount>
  static double load(Amount needed, Amount free, Amount capacity) {
    return berth::fraction(capacity - free + needed, capacity);
  }
};

}  // namespace

BERTH_MODULE(berth::define_scorer<LeastLoaded>("least_loaded", "1.0.0",
                                               "The pool whose fullest resource stays emptiest"))
