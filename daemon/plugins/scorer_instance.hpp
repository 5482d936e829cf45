// A scorer out of a library.
#pragma once

#include "plugins/batch_guard.hpp"
#include "plugins/filter.hpp"

namespace berth {

class ScorerInstance final : public Scorer {
 public:
  explicit ScorerInstance(std::unique_ptr<Instance> instance);

  const std::string& instance() const override { return guard_.instance().name(); }
  // Scores out of 0..1 are clamped and count as a fault; what is no number makes all of them
  // useless.
  bool score(const berth_batch& batch, double* scores) override;

 private:
  BatchGuard guard_;
  berth_scorer_functions functions_;
};

}  // namespace berth
