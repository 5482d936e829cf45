// What a filter's or scorer's call is worth: its time, its faults, and the breaker.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "plugins/breaker.hpp"
#include "plugins/instance.hpp"

namespace berth {

// What the answer to one batch looked like to the host.
enum class Answer {
  kGood,
  kMended,  // a fault, but what is left of it may be used
  kUseless,
};

// One thread at a time.
class BatchGuard {
 public:
  explicit BatchGuard(std::unique_ptr<Instance> instance);

  const Instance& instance() const { return *instance_; }

  // Runs `call(handle)`, then lets `judge()` look at what it wrote. False: no answer that may be
  // used.
  template <typename Call, typename Judge>
  bool run(Call&& call, Judge&& judge) {
    if (!may_run()) return false;
    const Instance::Outcome outcome = instance_->call(call);
    return settle(outcome, outcome.code == 0 ? judge() : Answer::kUseless);
  }

 private:
  bool may_run() const;
  bool settle(const Instance::Outcome& outcome, Answer answer);
  void fault(std::string_view what);

  std::unique_ptr<Instance> instance_;
  Breaker breaker_;
};

}  // namespace berth
