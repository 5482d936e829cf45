#include "cli/socket_stream.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace berth {
namespace {

constexpr int kIdleMs = 100;
constexpr timeval kConnectWithin{10, 0};  // a stopped daemon's queue of connections fills up

std::string why(int number) {
  if (number == ENOENT) return "there is no such socket";
  if (number == ECONNREFUSED) return "the socket is there, but nobody listens";
  if (number == EAGAIN) return "it takes no connections: is it stopped?";
  if (number == EACCES) return "you may not use this socket";
  return std::strerror(number);
}

Error unreachable(const std::string& path, const std::string& reason) {
  return {"Unreachable", "no berthd answers at " + path + ": " + reason +
                             "; start berthd, or name its socket with --socket or $BERTH_SOCKET"};
}

boost::system::error_code system_error(int number) {
  return {number, boost::system::system_category()};
}

}  // namespace

Result<SocketStream> SocketStream::connect(const std::string& path, WhileIdle idle) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return unreachable(path, "the path is longer than 107 bytes");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  SocketStream stream(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), std::move(idle));
  if (stream.fd_ < 0) return unreachable(path, why(errno));
  ::setsockopt(stream.fd_, SOL_SOCKET, SO_SNDTIMEO, &kConnectWithin, sizeof kConnectWithin);
  if (::connect(stream.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return unreachable(path, why(errno));
  return stream;
}

SocketStream::SocketStream(int fd, WhileIdle idle) : fd_(fd), idle_(std::move(idle)) {}

SocketStream::SocketStream(SocketStream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), idle_(std::move(other.idle_)) {}

SocketStream::~SocketStream() {
  if (fd_ >= 0) ::close(fd_);
}

bool SocketStream::wait_until(short event, boost::system::error_code& error) {
  while (true) {
    pollfd polled{fd_, event, 0};
    const int ready = ::poll(&polled, 1, kIdleMs);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) {
      error = system_error(errno);
      return false;
    }
    if (idle_ && !idle_()) {
      error = boost::asio::error::operation_aborted;
      return false;
    }
  }
}

std::size_t SocketStream::receive(void* bytes, std::size_t size, boost::system::error_code& error) {
  error = {};
  if (size == 0 || !wait_until(POLLIN, error)) return 0;
  const ssize_t got = ::recv(fd_, bytes, size, 0);
  if (got < 0) error = system_error(errno);
  if (got == 0) error = boost::asio::error::eof;
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::size_t SocketStream::transmit(const void* bytes, std::size_t size,
                                   boost::system::error_code& error) {
  error = {};
  if (size == 0 || !wait_until(POLLOUT, error)) return 0;
  const ssize_t sent = ::send(fd_, bytes, size, MSG_NOSIGNAL);
  if (sent < 0) error = system_error(errno);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

}  // namespace berth
