// Many causes, one action: soon after the first, and not again before a pause is over.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace berth {

class Coalesced {
 public:
  using Duration = std::chrono::steady_clock::duration;

  Coalesced(boost::asio::io_context& io, Duration first, Duration pause,
            std::function<void()> action)
      : timer_(io), first_(first), pause_(pause), action_(std::move(action)) {}

  void want() {
    if (is_wanted_) return;
    is_wanted_ = true;
    const auto now = std::chrono::steady_clock::now();
    timer_.expires_at(std::max(now + first_, last_ + pause_));
    // One that has run out already cannot be cancelled: it may come when this is gone.
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
      if (error || alive.expired()) return;
      is_wanted_ = false;
      last_ = std::chrono::steady_clock::now();
      action_();
    });
  }

 private:
  boost::asio::steady_timer timer_;
  const Duration first_;
  const Duration pause_;
  const std::function<void()> action_;
  std::chrono::steady_clock::time_point last_{};
  bool is_wanted_ = false;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>();
};

}  // namespace berth
