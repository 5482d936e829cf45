// A few threads for backends that cannot help blocking.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace berth::inline v1 {

// Runs tasks on `threads` threads, in the order given but several at once; at most `waiting_max`
// wait. Keep a Call in the task: should the task throw or never run, the call is dropped and the
// host told so.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads, std::size_t waiting_max = 1024)
      : waiting_max_(waiting_max) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Drops the tasks that wait, then waits for those that run. Not from one of its own threads.
  ~WorkerPool() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // False, and the task is dropped, when too many wait already. [any]
  bool submit(std::function<void()> task) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_ || waiting_.size() >= waiting_max_) return false;
      waiting_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
  }

 private:
  void work() {
    for (std::function<void()> task = next(); task; task = next()) {
      try {
        task();
      } catch (...) {
        // The task's Call is dropped with it, which is the answer.
      }
      task = nullptr;  // drop what it holds before waiting for the next
    }
  }

  // Waits for a task; an empty one when the pool stops.
  std::function<void()> next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return nullptr;
    std::function<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    return task;
  }

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace berth::inline v1
