// Takes connections at one entrance.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "control/control.hpp"
#include "control/entrance.hpp"
#include "control/io_threads.hpp"

namespace berth {

class Acceptor {
 public:
  // Serves at once. The references outlive the threads of `io`.
  Acceptor(std::shared_ptr<Entrance> entrance, Control& control, IoThreads& io);

  void stop();  // no new connection is taken; what was asked is still answered [any]
  int connections() const { return entrance_->traffic.connections; }
  bool is_answering() const { return entrance_->traffic.answering > 0; }

 private:
  void accept_next();
  void accept_later();
  void take(Socket socket);
  bool has_room();
  void refuse(Socket& socket) const;

  std::shared_ptr<Entrance> entrance_;
  Control& control_;
  IoThreads& io_;
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor_;
  asio::steady_timer pause_;
};

}  // namespace berth
