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

Result<std::shared_ptr<void>> EventHub::join(uid_t user, std::int64_t most_of_user) {
  auto share = shares_.take(user, most_of_user);
  if (!share)
    return Error{"TooManyWatchers", "you follow " + std::to_string(most_of_user) +
                                        " streams already (limits.watchers_per_user_max); end one"};
  const std::lock_guard lock(mutex_);
  if (watchers_ >= watchers_max_)
    return Error{"TooManyWatchers", "there are " + std::to_string(watchers_max_) +
                                        " watchers already (limits.watchers_max); try again later"};
  ++watchers_;
  return std::shared_ptr<void>(this, [share = std::move(share)](void* hub) {
    auto* self = static_cast<EventHub*>(hub);
    const std::lock_guard leaving(self->mutex_);
    --self->watchers_;
  });
}

std::int64_t EventHub::watchers() const {
  const std::lock_guard lock(mutex_);
  return watchers_;
}

}  // namespace berth
