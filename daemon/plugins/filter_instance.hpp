// A filter out of a library.
#pragma once

#include "plugins/batch_guard.hpp"
#include "plugins/filter.hpp"

namespace berth {

class FilterInstance final : public Filter {
 public:
  explicit FilterInstance(std::unique_ptr<Instance> instance);

  const std::string& instance() const override { return guard_.instance().name(); }
  bool filter(const berth_batch& batch, berth_verdict* verdicts) override;
  ReasonText explain(const berth_verdict& verdict) const override;

 private:
  Answer judge(const berth_batch& batch, const berth_verdict* verdicts) const;

  BatchGuard guard_;
  berth_filter_functions functions_;
  std::vector<bool> is_reason_;  // by code
};

}  // namespace berth
