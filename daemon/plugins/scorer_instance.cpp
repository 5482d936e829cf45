#include "plugins/scorer_instance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace berth {
namespace {

Answer clamp(double* scores, std::uint64_t count) {
  Answer answer = Answer::kGood;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (std::isnan(scores[i])) return Answer::kUseless;
    if (scores[i] >= 0 && scores[i] <= 1) continue;
    scores[i] = std::clamp(scores[i], 0.0, 1.0);
    answer = Answer::kMended;
  }
  return answer;
}

}  // namespace

ScorerInstance::ScorerInstance(std::unique_ptr<Instance> instance)
    : guard_(std::move(instance)),
      functions_(std::get<berth_scorer_functions>(guard_.instance().descriptor().table)) {}

bool ScorerInstance::score(const berth_batch& batch, double* scores) {
  std::fill_n(scores, batch.pool_count, std::numeric_limits<double>::quiet_NaN());
  return guard_.run([&](void* handle) { return functions_.score(handle, &batch, scores); },
                    [&] { return clamp(scores, batch.pool_count); });
}

}  // namespace berth
