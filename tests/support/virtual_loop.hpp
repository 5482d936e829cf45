// The loop, its workers and its clock in virtual time: an hour passes at once, and always alike.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.hpp"
#include "base/loop.hpp"

namespace berth {

class VirtualLoop final : public Loop, public Workers, public Clock {
 public:
  void post(std::function<void()> task) override { plan(0, std::move(task)); }
  void after(std::chrono::milliseconds delay, std::function<void()> task) override {
    plan(std::max<std::int64_t>(0, delay.count()), std::move(task));
  }
  void run(std::function<void()> work) override { plan(0, std::move(work)); }
  Stamp now() const override { return {kEpochMs + now_ms_, 1000 + now_ms_, 1}; }

  // Everything that is due within the next `ms`, and what follows from it at once.
  void run_for(std::int64_t ms) {
    const std::int64_t end_ms = now_ms_ + ms;
    while (!tasks_.empty() && tasks_.begin()->first.first <= end_ms) {
      auto first = tasks_.extract(tasks_.begin());
      now_ms_ = first.key().first;
      first.mapped()();
    }
    now_ms_ = end_ms;
  }
  // What is due now.
  void settle() { run_for(0); }

  // Whoever had planned anything has died.
  void forget_all() { tasks_.clear(); }

 private:
  static constexpr std::int64_t kEpochMs = 1'800'000'000'000;

  void plan(std::int64_t delay_ms, std::function<void()> task) {
    tasks_.emplace(std::pair(now_ms_ + delay_ms, ++planned_), std::move(task));
  }

  std::map<std::pair<std::int64_t, std::int64_t>, std::function<void()>> tasks_;
  std::int64_t now_ms_ = 0;
  std::int64_t planned_ = 0;
};

}  // namespace berth
