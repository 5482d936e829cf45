// The loop, on Asio.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <shared_mutex>

#include "base/loop.hpp"

namespace berth {

class AsioLoop final : public Loop {
 public:
  AsioLoop();
  ~AsioLoop() override;

  void post(std::function<void()> task) override;
  void after(std::chrono::milliseconds delay, std::function<void()> task) override;

  void run();   // until stop(); the calling thread is the loop's
  void stop();  // [any]
  // Destroys all that was still to be done; from now on nothing more is taken. Not while it runs.
  void drop_everything();

  boost::asio::io_context& context() { return *context_; }

 private:
  mutable std::shared_mutex mutex_;  // held while something is posted, against drop_everything
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> stays_;
};

}  // namespace berth
