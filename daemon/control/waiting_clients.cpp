#include "control/waiting_clients.hpp"

#include <utility>

namespace berth {

std::int64_t WaitingClients::enter(std::weak_ptr<Client> client) {
  const std::lock_guard lock(mutex_);
  const std::int64_t number = next_number_++;
  waiting_.emplace_hint(waiting_.end(), number, std::move(client));
  return number;
}

void WaitingClients::leave(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(number);
}

bool WaitingClients::make_room() {
  std::shared_ptr<Client> oldest;
  {
    const std::lock_guard lock(mutex_);
    while (!oldest && !waiting_.empty()) {
      oldest = waiting_.begin()->second.lock();
      waiting_.erase(waiting_.begin());
    }
  }
  if (oldest) oldest->make_room();
  return oldest != nullptr;
}

}  // namespace berth
