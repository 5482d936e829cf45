// Threads for what the loop may not do: rendering, interpreting, reading.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "base/loop.hpp"

namespace berth {

class WorkerThreads final : public Workers {
 public:
  explicit WorkerThreads(int threads) : pool_(static_cast<std::size_t>(threads)) {}
  ~WorkerThreads() override { stop(); }

  void run(std::function<void()> work) override;
  void stop();  // what has begun is finished, the rest dropped

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace berth
