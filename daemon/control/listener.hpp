// Takes connections at the control socket.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <memory>

#include "control/control.hpp"
#include "control/io_threads.hpp"
#include "control/traffic.hpp"

namespace berth {

class Listener {
 public:
  // Binds and serves at once. Errors: those of listen_at. The references outlive the threads of
  // `io`; the state folder's lock is held.
  static Result<std::unique_ptr<Listener>> open(const std::filesystem::path& file, Control& control,
                                                IoThreads& io);
  ~Listener();

  // No new connection is taken and the socket file goes; what was asked is still answered. [any]
  void stop_accepting();
  int connections() const { return traffic_->connections; }  // [any]
  // Waits, not longer than `patience`, until every request that was read has been answered.
  void wait_for_answers(std::chrono::milliseconds patience) const;

 private:
  Listener(std::filesystem::path file, Control& control, IoThreads& io, int socket);
  void accept_next();
  void take(boost::asio::local::stream_protocol::socket socket);
  void accept_later();

  std::filesystem::path file_;
  Control& control_;
  IoThreads& io_;
  std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer pause_;
};

}  // namespace berth
