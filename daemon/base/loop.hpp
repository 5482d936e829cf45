// The thread that owns all live state, as its tenants see it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace berth {

class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `task` on the loop's thread, after everything posted before it. [any]
  virtual void post(std::function<void()> task) = 0;

  // Runs `task` on the loop's thread once `delay` has passed. There is no cancelling: a task looks
  // whether it is still wanted. [loop]
  virtual void after(std::chrono::milliseconds delay, std::function<void()> task) = 0;
};

// Threads that do what the loop may not: parse, render, read. [any]
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void run(std::function<void()> work) = 0;
};

}  // namespace berth
