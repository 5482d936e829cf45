// Everything to write a scorer: a class with options and `score`.
//
//   struct Emptiest {
//     double score(const berth::Job&, const berth::Pool& pool) const {
//       return berth::fraction(pool.gpu_free(), pool.gpu_capacity());
//     }
//   };
//   BERTH_MODULE(berth::define_scorer<Emptiest>("acme.emptiest", "1.0.0", "Most free GPUs first"))
//
// Scores are 0 (worst) to 1 (best). A scorer that compares pools with one another writes
// `void score(const berth::Job&, berth::Pools, std::span<double> scores)` instead, one score per
// pool. Pure, one thread at a time per instance; a throw is a fault of the whole batch.
#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <tuple>

#include "berth/module.hpp"
#include "berth/options.hpp"
#include "berth/types.hpp"

namespace berth::inline v1 {

template <typename T>
concept pool_scorer = requires(T& plugin, const Job& job, const Pool& pool) {
  { plugin.score(job, pool) } -> std::convertible_to<double>;
};
template <typename T>
concept batch_scorer = requires(T& plugin, const Job& job, Pools pools, std::span<double> scores) {
  { plugin.score(job, pools, scores) } -> std::same_as<void>;
};
template <typename T>
concept scorer = std::default_initializable<T> && (pool_scorer<T> || batch_scorer<T>);

// `part` of `whole`, 0 to 1; 0 of nothing. [any]
template <typename Unit>
constexpr double fraction(quantity<Unit> part, quantity<Unit> whole) {
  if (whole.value() <= 0 || part.value() <= 0) return 0.0;
  if (part >= whole) return 1.0;
  return static_cast<double>(part.value()) / static_cast<double>(whole.value());
}

namespace detail {

template <scorer T>
std::int32_t score_batch(held<T>& self, const berth_batch& batch, double* scores) {
  const Job job(batch.job, self.record);
  const Pools pools(batch.pools, batch.pool_count, self.record);
  if constexpr (batch_scorer<T>) {
    self.plugin.score(job, pools, std::span<double>(scores, batch.pool_count));
  } else {
    for (std::size_t i = 0; i < pools.size(); ++i) scores[i] = self.plugin.score(job, pools[i]);
  }
  return kDone;
}

template <scorer T>
std::int32_t run_scorer(void* instance, const berth_batch* batch, double* scores) noexcept {
  held<T>& self = held_by<T>(instance);
  return guarded(self, "score", [&] { return score_batch<T>(self, *batch, scores); });
}

template <scorer T>
inline constexpr berth_scorer_functions kScorerFunctions{sizeof(berth_scorer_functions),
                                                         &run_scorer<T>};

}  // namespace detail

// A row of BERTH_MODULE; see define_filter.
template <scorer T>
constexpr berth_plugin define_scorer(std::string_view id, std::string_view version,
                                     std::string_view summary) {
  return detail::describe<T>(BERTH_KIND_SCORER, id, version, summary, &detail::kScorerFunctions<T>);
}

}  // namespace berth::inline v1
