// The threads that serve connections.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

#include "base/loop.hpp"

namespace berth {

class IoThreads final : public Workers {
 public:
  explicit IoThreads(int threads);
  ~IoThreads() override;  // stop()

  void run(std::function<void()> work) override;  // [any]
  boost::asio::io_context& context() { return context_; }
  // Returns when no thread runs any more; what was still to be done is dropped. Once stopped, `run`
  // does nothing.
  void stop();

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays_;
  std::vector<std::thread> threads_;
};

}  // namespace berth
