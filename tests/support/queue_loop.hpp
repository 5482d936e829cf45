// The loop for tests of things that post to it from other threads.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/loop.hpp"

namespace berth {

// Tasks run on the thread that calls run_until(), and only within it.
class QueueLoop final : public Loop {
 public:
  void post(std::function<void()> task) override { after(std::chrono::milliseconds(0), task); }

  void after(std::chrono::milliseconds delay, std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      tasks_.emplace(std::pair(Time::clock::now() + delay, ++posted_), std::move(task));
    }
    wake_.notify_all();
  }

  // Runs tasks until `is_done`, which is asked after each. False: it never was, for so long that it
  // never will be.
  bool run_until(const std::function<bool()>& is_done,
                 std::chrono::seconds give_up = std::chrono::seconds(60)) {
    const Time end = Time::clock::now() + give_up;
    while (!is_done()) {
      std::optional<std::function<void()>> task = next_before(end);
      if (!task) return false;
      (*task)();
    }
    return true;
  }

  // Runs what is due already.
  void run_due() {
    while (std::optional<std::function<void()>> task = next_before(Time::clock::now())) (*task)();
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  std::optional<std::function<void()>> next_before(Time end) {
    std::unique_lock lock(mutex_);
    while (tasks_.empty() || tasks_.begin()->first.first > Time::clock::now()) {
      const Time due = tasks_.empty() ? end : std::min(end, tasks_.begin()->first.first);
      if (Time::clock::now() >= end) return std::nullopt;
      wake_.wait_until(lock, due);
    }
    auto first = tasks_.extract(tasks_.begin());
    return std::move(first.mapped());
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::pair<Time, std::uint64_t>, std::function<void()>> tasks_;  // by when, then posted
  std::uint64_t posted_ = 0;
};

}  // namespace berth
