// One thread that waits for descriptors, timers and tasks of other threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "descriptor.hpp"

namespace berth {

class Reactor;

// Something the reactor waits for. Once this object is gone, its function is not called any more.
class Subscription {
 public:
  Subscription() = default;
  Subscription(Reactor* reactor, std::uint64_t number) : reactor_(reactor), number_(number) {}
  Subscription(Subscription&& other) noexcept { *this = std::move(other); }
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { end(); }

  void end();
  explicit operator bool() const { return reactor_ != nullptr; }

 private:
  Reactor* reactor_ = nullptr;
  std::uint64_t number_ = 0;
};

// All functions that it calls run on its thread, one after the other. A function may end its own
// subscription, but must not destroy the object that it uses afterwards: post that.
class Reactor {
 public:
  using Task = std::function<void()>;
  using Fault = std::function<void(std::string_view what)>;

  // What a function throws ends with that function, and is told to `fault`.
  explicit Reactor(Fault fault);
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  ~Reactor();

  void start();
  // Ends the thread soon, with `last` as the last thing that runs on it; tasks that were posted and
  // did not run yet are dropped before that. Only the first call counts. [any]
  void finish(Task last = {});
  // Drops what is posted and did not run. [in `last`]
  void drop_posted();
  // Waits for the thread. [any but the reactor]
  void join();

  void post(Task task);  // [any]

  // `events` as of epoll, level-triggered; the descriptor must outlive the subscription. [reactor]
  Subscription watch(int descriptor, std::uint32_t events, Task ready);
  Subscription after(std::chrono::milliseconds delay, Task due);  // once [reactor]

 private:
  friend class Subscription;
  using Clock = std::chrono::steady_clock;
  struct Watched {
    int descriptor;
    std::shared_ptr<Task> ready;
  };
  struct Timer {
    Clock::time_point due;
    std::shared_ptr<Task> task;
  };

  void run();
  void call(const Task& task);
  void wait_once();
  void run_posted();
  void run_due();
  int timeout_ms() const;
  void cancel(std::uint64_t number);

  const Fault fault_;
  Descriptor poll_;
  Descriptor wake_;
  std::unordered_map<std::uint64_t, Watched> watched_;
  std::unordered_map<std::uint64_t, Timer> timers_;
  std::map<std::pair<Clock::time_point, std::uint64_t>, std::uint64_t> due_;
  std::uint64_t last_number_ = 0;  // 0 is the wake descriptor's
  std::deque<Task> taken_;         // of posted_, and did not run yet
  std::mutex mutex_;
  std::vector<Task> posted_;  // guarded by mutex_
  Task last_;                 // guarded by mutex_
  bool finishing_ = false;    // guarded by mutex_
  std::thread thread_;
};

}  // namespace berth
