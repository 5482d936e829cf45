// Connections that are kept for the next request.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api_connection.hpp"
#include "credentials.hpp"

namespace berth {

// [io]; the figures [any]
class ConnectionPool {
 public:
  // `why` when there is no connection.
  using Leased =
      std::function<void(std::shared_ptr<ApiConnection>, bool is_reused, std::string why)>;

  ConnectionPool(boost::asio::io_context& io, const ApiAccess& access, std::size_t idle_max);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;
  ~ConnectionPool();

  // Throws BadAccess when certificates cannot be read. `leased` is called at once for a kept one,
  // and not at all once the connection that is returned is closed.
  std::shared_ptr<ApiConnection> lease(const Identity& identity, bool wants_new, Leased leased);
  // After its exchange; kept when it can be.
  void give_back(const std::shared_ptr<ApiConnection>& connection);
  // Closes it.
  void drop(const std::shared_ptr<ApiConnection>& connection);

  std::uint64_t opened() const { return opened_; }
  std::size_t open() const { return open_; }

 private:
  std::shared_ptr<boost::asio::ssl::context> tls_for(const Identity& identity);
  std::shared_ptr<ApiConnection> take_idle();
  void close_old();
  void sweep_later();

  boost::asio::io_context& io_;
  const ApiAccess& access_;
  const std::size_t idle_max_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  Identity tls_made_for_;
  std::set<std::shared_ptr<ApiConnection>> all_;
  std::vector<std::shared_ptr<ApiConnection>> idle_;  // the one used last at the end
  boost::asio::steady_timer sweep_;
  bool is_sweeping_ = false;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>();
  std::atomic<std::uint64_t> opened_ = 0;
  std::atomic<std::size_t> open_ = 0;
};

}  // namespace berth
