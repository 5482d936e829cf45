#include "plugins/batch_guard.hpp"

#include <string>
#include <utility>

#include "base/log.hpp"

namespace berth {

BatchGuard::BatchGuard(std::unique_ptr<Instance> instance)
    : instance_(std::move(instance)),
      breaker_(instance_->surroundings().budgets.faults_max,
               instance_->surroundings().budgets.pause_ns) {}

bool BatchGuard::may_run() const {
  return instance_->is_alive() && breaker_.lets_through(instance_->surroundings().time->now_ns());
}

bool BatchGuard::settle(const Instance::Outcome& outcome, Answer answer) {
  const Budgets& budgets = instance_->surroundings().budgets;
  if (outcome.code != 0) {
    fault("its function failed with " + std::to_string(outcome.code));
  } else if (answer != Answer::kGood) {
    fault(
        "its answer holds what the contract does not allow (an unknown verdict, a reason that its "
        "table lacks, a score that is not 0 to 1)");
  } else if (outcome.took_ns > budgets.late_ns) {
    fault("a batch took " + std::to_string(outcome.took_ns / 1000) + " us");  // late, but right
  } else {
    breaker_.succeeded();
    if (outcome.took_ns > budgets.warn_ns)
      log_debug("plugin_slow", {{"instance", instance_->name()}, {"took_ns", outcome.took_ns}});
  }
  return answer != Answer::kUseless;
}

void BatchGuard::fault(std::string_view what) {
  instance_->record()->fault(what);
  if (!breaker_.failed(instance_->surroundings().time->now_ns())) return;
  const std::int64_t pause_ms = instance_->surroundings().budgets.pause_ns / 1'000'000;
  log_error("plugin_breaker_opened", {{"instance", instance_->name()},
                                      {"plugin", instance_->descriptor().id},
                                      {"pause_ms", pause_ms},
                                      {"effect", "jobs are held with the reason PolicyError"}});
}

}  // namespace berth
