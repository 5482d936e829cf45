// Prefers the pool where this job costs least an hour: 1 for the cheapest asked about, 0 for the
// dearest, the others between. Without a price nothing can be said, which is the middle.
#include <algorithm>
#include <berth/scorer.hpp>
#include <span>

namespace {

constexpr double kNoOpinion = 0.5;

// Of this job for an hour; 0: not known. A job pays for the part of a GPU pool that it makes
// useless to others: its GPUs, or the GPUs that go with its share of the CPUs.
double hourly_cost(const berth::Job& job, const berth::Pool& pool) {
  const auto gpus = static_cast<double>(pool.gpu_capacity().value());
  if (gpus <= 0) return pool.price() * static_cast<double>(job.cpu().value());
  const double beside_cpus = gpus * berth::fraction(job.cpu(), pool.cpu_capacity());
  return pool.price() * std::max(static_cast<double>(job.gpu().value()), beside_cpus);
}

struct Cost {
  void score(const berth::Job& job, berth::Pools pools, std::span<double> scores) const {
    double cheapest = 0;
    double dearest = 0;
    for (std::size_t i = 0; i < pools.size(); ++i) {
      scores[i] = hourly_cost(job, pools[i]);
      if (scores[i] <= 0) continue;
      cheapest = cheapest > 0 ? std::min(cheapest, scores[i]) : scores[i];
      dearest = std::max(dearest, scores[i]);
    }
    for (double& score : scores) score = relative(score, cheapest, dearest);
  }

 private:
  static double relative(double cost, double cheapest, double dearest) {
    if (cost <= 0) return kNoOpinion;
    return dearest > cheapest ? (dearest - cost) / (dearest - cheapest) : 1.0;
  }
};

}  // namespace

BERTH_MODULE(berth::define_scorer<Cost>("cost", "1.0.0", "The pool where the job costs least"))
