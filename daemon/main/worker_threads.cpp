#include "main/worker_threads.hpp"

#include <boost/asio/post.hpp>

namespace berth {

void WorkerThreads::run(std::function<void()> work) { boost::asio::post(pool_, std::move(work)); }

void WorkerThreads::stop() {
  pool_.stop();
  pool_.join();
}

}  // namespace berth
