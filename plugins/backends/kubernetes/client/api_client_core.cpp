#include "api_client_core.hpp"

#include <algorithm>

#include "errand.hpp"

namespace berth {

using Clock = std::chrono::steady_clock;

ApiClient::Core::Core(boost::asio::io_context& context, ApiAccess whom, ApiLimits bounds,
                      RandomSource chance)
    : io(context),
      access(std::move(whom)),
      limits(bounds),
      random(std::move(chance)),
      credentials(io, access),
      pool(io, access, std::max<std::size_t>(bounds.concurrent_max, 1)),
      bucket_(bounds.requests_per_second, bounds.burst, Clock::now()),
      turn_(io) {}

void ApiClient::Core::shut_down() {
  is_shut_down_ = true;
  queue_.clear();
  waiting = 0;
  const auto errands = std::exchange(errands_, {});
  for (const auto& errand : errands) errand->cancel();
  turn_.cancel();
}

void ApiClient::Core::leave(const std::shared_ptr<Errand>& errand) {
  std::erase(queue_, errand);
  waiting = queue_.size();
  errands_.erase(errand);
}

bool ApiClient::Core::queue(const std::shared_ptr<Errand>& errand) {
  queue_.push_back(errand);
  let_run();
  // The bound counts those who really have to wait.
  if (queue_.size() <= limits.waiting_max || queue_.back() != errand) return true;
  queue_.pop_back();
  waiting = queue_.size();
  return false;
}

void ApiClient::Core::queue_first(const std::shared_ptr<Errand>& errand) {
  queue_.push_front(errand);
  let_run();
}

void ApiClient::Core::free_slot() {
  --slots_taken_;
  let_run();
}

void ApiClient::Core::pause(std::chrono::milliseconds time) {
  paused_until_ = std::max(paused_until_, Clock::now() + time);
}

// A turn may end at once and give the next: that is this loop's next round, not a deeper call.
void ApiClient::Core::let_run() {
  if (std::exchange(is_letting_run_, true)) return;
  const auto self = shared_from_this();
  while (!queue_.empty()) {
    const std::shared_ptr<Errand> first = queue_.front();
    if (first->takes_slot() && slots_taken_ >= std::max<std::size_t>(limits.concurrent_max, 1)) {
      break;  // whoever ends calls again
    }
    const auto now = Clock::now();
    if (now < paused_until_) {
      wait_until(paused_until_);
      break;
    }
    if (!bucket_.take(now)) {
      wait_until(bucket_.ready_at(now));
      break;
    }
    queue_.pop_front();
    if (first->takes_slot()) ++slots_taken_;
    first->run();
  }
  waiting = queue_.size();
  is_letting_run_ = false;
}

void ApiClient::Core::wait_until(Clock::time_point when) {
  turn_.expires_at(when);
  turn_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->let_run();
  });
}

}  // namespace berth
