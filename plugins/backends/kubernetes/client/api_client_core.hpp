// What all requests to one API server share: whose turn it is, credentials and connections.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <set>

#include "api_client.hpp"
#include "connection_pool.hpp"
#include "credentials.hpp"
#include "token_bucket.hpp"

namespace berth {

class Errand;

// [io]; the counters [any]
class ApiClient::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(boost::asio::io_context& io, ApiAccess access, ApiLimits limits, RandomSource random);

  // Ends everything without a word.
  void shut_down();
  bool is_shut_down() const { return is_shut_down_; }

  void enter(const std::shared_ptr<Errand>& errand) { errands_.insert(errand); }
  void leave(const std::shared_ptr<Errand>& errand);
  // Lets it run when its turn comes. False when too many wait already.
  bool queue(const std::shared_ptr<Errand>& errand);
  // Before all others: it has waited already.
  void queue_first(const std::shared_ptr<Errand>& errand);
  void free_slot();
  // The server asked for a pause: nobody's turn comes before that.
  void pause(std::chrono::milliseconds time);

  boost::asio::io_context& io;
  const ApiAccess access;
  const ApiLimits limits;
  RandomSource random;
  Credentials credentials;
  ConnectionPool pool;
  std::atomic<std::uint64_t> requests = 0, retries = 0, rate_limited = 0, throttled = 0;
  std::atomic<std::size_t> waiting = 0, streams = 0;

 private:
  void let_run();
  void wait_until(std::chrono::steady_clock::time_point when);

  TokenBucket bucket_;
  std::set<std::shared_ptr<Errand>> errands_;
  std::deque<std::shared_ptr<Errand>> queue_;
  std::size_t slots_taken_ = 0;
  std::chrono::steady_clock::time_point paused_until_{};
  boost::asio::steady_timer turn_;
  bool is_letting_run_ = false;
  bool is_shut_down_ = false;
};

}  // namespace berth
