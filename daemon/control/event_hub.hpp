// Wakes those who wait for the next commit. It carries no events: each watcher reads them from the
// store at his own pace, so one who reads nothing costs nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace berth {

// Everything here is [any].
class EventHub {
 public:
  explicit EventHub(std::int64_t watchers_max) : watchers_max_(watchers_max) {}

  // Events up to `sequence` can be read now. Wakes run on the calling thread: they only post.
  void publish(std::int64_t sequence);

  // Calls `wake` once, as soon as there is an event after `sequence`; at once if there is. Gives
  // the number to give it up by.
  std::int64_t wait(std::int64_t sequence, std::function<void()> wake);
  void give_up(std::int64_t number);

  // A place among the watchers, held as long as the pointer lives; null when all are taken.
  std::shared_ptr<void> join();
  std::int64_t watchers() const;

 private:
  std::int64_t watchers_max_;
  mutable std::mutex mutex_;
  std::int64_t published_ = 0;
  std::int64_t next_number_ = 1;
  std::map<std::int64_t, std::function<void()>> waiting_;
  std::int64_t watchers_ = 0;
};

}  // namespace berth
