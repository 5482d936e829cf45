#include "control/acceptor.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <string>

#include "base/log.hpp"
#include "control/connection.hpp"
#include "control/replies.hpp"

namespace berth {
namespace {

constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};

// Written without a connection of our own making: there shall be no more of those.
std::string too_many_connections(const std::string& setting) {
  const Error error("TooManyConnections",
                    setting + " is reached, and all of them are busy; try again in a moment");
  const std::string body = error_response(error).body;
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
         "Connection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

asio::generic::stream_protocol protocol_of(int socket) {
  int family = AF_UNIX;
  socklen_t size = sizeof family;
  ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size);
  return {family, 0};
}

}  // namespace

Acceptor::Acceptor(std::shared_ptr<Entrance> entrance, Control& control, IoThreads& io)
    : entrance_(std::move(entrance)),
      control_(control),
      io_(io),
      acceptor_(asio::make_strand(io.context()), protocol_of(entrance_->listening),
                entrance_->listening),
      pause_(acceptor_.get_executor()) {
  asio::post(acceptor_.get_executor(), [this] { accept_next(); });
}

void Acceptor::accept_next() {
  acceptor_.async_accept(asio::make_strand(io_.context()),
                         [this](const boost::system::error_code& failed, Socket socket) {
                           if (entrance_->traffic.is_stopping) return;
                           if (failed) return accept_later();
                           take(std::move(socket));
                           accept_next();
                         });
}

// No descriptors are left, as a rule: trying again at once would only burn a processor.
void Acceptor::accept_later() {
  log_warning("accept_failed", {{"pause_ms", kPauseWithoutDescriptors.count()}});
  entrance_->waiting.make_room();
  pause_.expires_after(kPauseWithoutDescriptors);
  pause_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed && !entrance_->traffic.is_stopping) accept_next();
  });
}

// Who has asked for nothing makes room for those who may.
bool Acceptor::has_room() {
  return entrance_->traffic.connections < entrance_->connections_max ||
         entrance_->waiting.make_room();
}

void Acceptor::refuse(Socket& socket) const {
  if (!entrance_->is_plain) return;
  const std::string refusal = too_many_connections(entrance_->setting);
  ::send(socket.native_handle(), refusal.data(), refusal.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Acceptor::take(Socket socket) {
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
  if (!has_room()) return refuse(socket);
  serve_connection(control_, entrance_, std::move(socket));
}

void Acceptor::stop() {
  if (entrance_->traffic.is_stopping.exchange(true)) return;
  entrance_->close();
  asio::post(acceptor_.get_executor(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

}  // namespace berth
