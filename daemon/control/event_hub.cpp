#include "control/event_hub.hpp"

#include <algorithm>

namespace berth {

void EventHub::publish(std::int64_t sequence) {
  std::map<std::int64_t, std::function<void()>> woken;
  {
    const std::lock_guard lock(mutex_);
    published_ = std::max(published_, sequence);
    woken.swap(waiting_);
  }
  for (const auto& [number, wake] : woken) wake();
}

std::int64_t EventHub::wait(std::int64_t sequence, std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    if (published_ <= sequence) {
      waiting_.emplace(next_number_, std::move(wake));
      return next_number_++;
    }
  }
  wake();
  return 0;
}

void EventHub::give_up(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(number);
}

std::shared_ptr<void> EventHub::join() {
  const std::lock_guard lock(mutex_);
  if (watchers_ >= watchers_max_) return nullptr;
  ++watchers_;
  return {this, [](void* hub) {
            auto* self = static_cast<EventHub*>(hub);
            const std::lock_guard leaving(self->mutex_);
            --self->watchers_;
          }};
}

std::int64_t EventHub::watchers() const {
  const std::lock_guard lock(mutex_);
  return watchers_;
}

}  // namespace berth
