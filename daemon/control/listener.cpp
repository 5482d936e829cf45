#include "control/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <string>
#include <thread>

#include "base/log.hpp"
#include "control/connection.hpp"
#include "control/replies.hpp"
#include "control/unix_socket.hpp"

namespace berth {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};

// Written without a connection of our own making: there shall be no more of those.
std::string too_many_connections() {
  const std::string body = error_response({"TooManyConnections",
                                           "limits.connections_max is reached; try again in a "
                                           "moment"})
                               .body;
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
         "Connection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const std::filesystem::path& file,
                                                 Control& control, IoThreads& io) {
  const auto socket = listen_at(file);
  if (!socket) return socket.error();
  return std::unique_ptr<Listener>(new Listener(file, control, io, *socket));
}

Listener::Listener(std::filesystem::path file, Control& control, IoThreads& io, int socket)
    : file_(std::move(file)),
      control_(control),
      io_(io),
      acceptor_(asio::make_strand(io.context()), asio::local::stream_protocol(), socket),
      pause_(acceptor_.get_executor()) {
  asio::post(acceptor_.get_executor(), [this] { accept_next(); });
}

Listener::~Listener() = default;

void Listener::accept_next() {
  acceptor_.async_accept(
      asio::make_strand(io_.context()),
      [this](const boost::system::error_code& failed, asio::local::stream_protocol::socket socket) {
        if (traffic_->is_stopping) return;
        if (failed) return accept_later();
        take(std::move(socket));
        accept_next();
      });
}

// No descriptors are left, as a rule: trying again at once would only burn a processor.
void Listener::accept_later() {
  log_warning("accept_failed", {{"pause_ms", kPauseWithoutDescriptors.count()}});
  pause_.expires_after(kPauseWithoutDescriptors);
  pause_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed && !traffic_->is_stopping) accept_next();
  });
}

void Listener::take(asio::local::stream_protocol::socket socket) {
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
  if (traffic_->connections >= control_.site.limits.connections_max) {
    const std::string refusal = too_many_connections();
    ::send(socket.native_handle(), refusal.data(), refusal.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }
  const auto executor = socket.get_executor();
  asio::post(executor,
             [&control = control_, traffic = traffic_,
              socket = std::make_shared<asio::local::stream_protocol::socket>(std::move(socket))] {
               serve_connection(control, traffic, std::move(*socket));
             });
}

void Listener::stop_accepting() {
  if (traffic_->is_stopping.exchange(true)) return;
  ::unlink(file_.c_str());
  asio::post(acceptor_.get_executor(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

void Listener::wait_for_answers(std::chrono::milliseconds patience) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (traffic_->answering > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace berth
