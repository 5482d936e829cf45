#include "plugins/filter_instance.hpp"

#include <algorithm>
#include <utility>

#include "plugins/reason_text.hpp"

namespace berth {
namespace {

// Stands where the plugin has not written: no verdict kind of this contract.
constexpr berth_verdict kUnwritten{.kind = 0xFFFFFFFF};

}  // namespace

FilterInstance::FilterInstance(std::unique_ptr<Instance> instance)
    : guard_(std::move(instance)),
      functions_(std::get<berth_filter_functions>(guard_.instance().descriptor().table)),
      is_reason_(65'536) {
  for (const auto& [code, reason] : guard_.instance().descriptor().reasons) {
    is_reason_[code] = true;
  }
}

bool FilterInstance::filter(const berth_batch& batch, berth_verdict* verdicts) {
  std::fill_n(verdicts, batch.pool_count, kUnwritten);
  return guard_.run([&](void* handle) { return functions_.filter(handle, &batch, verdicts); },
                    [&] { return judge(batch, verdicts); });
}

Answer FilterInstance::judge(const berth_batch& batch, const berth_verdict* verdicts) const {
  const bool is_good =
      std::all_of(verdicts, verdicts + batch.pool_count, [&](const berth_verdict& verdict) {
        return verdict.kind == BERTH_FITS ||
               (verdict.kind <= BERTH_BY_POLICY && is_reason_[verdict.reason]);
      });
  return is_good ? Answer::kGood : Answer::kUseless;
}

ReasonText FilterInstance::explain(const berth_verdict& verdict) const {
  const Instance& instance = guard_.instance();
  const auto row = instance.descriptor().reasons.find(verdict.reason);
  if (row == instance.descriptor().reasons.end())
    return {"Unknown", "the plugin gave reason " + std::to_string(verdict.reason) +
                           ", which it does not explain"};
  return {row->second.name,
          fill_reason(row->second.text, verdict, instance.surroundings().services->interns())};
}

}  // namespace berth
