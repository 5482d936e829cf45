#include "main/asio_loop.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>

namespace berth {
namespace asio = boost::asio;

AsioLoop::AsioLoop()
    : context_(std::make_unique<asio::io_context>(1)),
      stays_(std::make_unique<asio::executor_work_guard<asio::io_context::executor_type>>(
          context_->get_executor())) {}

AsioLoop::~AsioLoop() { drop_everything(); }

void AsioLoop::post(std::function<void()> task) {
  const std::shared_lock lock(mutex_);
  if (context_) asio::post(*context_, std::move(task));
}

void AsioLoop::after(std::chrono::milliseconds delay, std::function<void()> task) {
  const std::shared_lock lock(mutex_);
  if (!context_) return;
  auto timer = std::make_shared<asio::steady_timer>(*context_, delay);
  timer->async_wait([timer, task = std::move(task)](const boost::system::error_code& failed) {
    if (!failed) task();
  });
}

void AsioLoop::run() { context_->run(); }

void AsioLoop::stop() {
  const std::shared_lock lock(mutex_);
  if (context_) context_->stop();
}

void AsioLoop::drop_everything() {
  std::unique_ptr<asio::io_context> dropped;
  {
    const std::unique_lock lock(mutex_);
    stays_.reset();
    dropped = std::move(context_);
  }
}  // what is destroyed here may try to post: that finds nothing

}  // namespace berth
