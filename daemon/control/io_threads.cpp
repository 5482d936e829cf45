#include "control/io_threads.hpp"

#include <boost/asio/post.hpp>
#include <exception>

#include "base/log.hpp"

namespace berth {
namespace {

// One request that goes wrong must not take the others with it.
void run_guarded(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    log_error("io_task_failed", {{"what", error.what()}});
  }
}

}  // namespace

IoThreads::IoThreads(int threads) : context_(threads), stays_(context_.get_executor()) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
}

IoThreads::~IoThreads() { stop(); }

void IoThreads::run(std::function<void()> work) {
  boost::asio::post(context_, [work = std::move(work)] { run_guarded(work); });
}

void IoThreads::stop() {
  context_.stop();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

}  // namespace berth
