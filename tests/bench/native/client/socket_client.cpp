#include "socket_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace berth::bench {
namespace {

constexpr std::string_view kLength = "Content-Length: ";

}  // namespace

void give_up(const std::string& what) {
  std::fprintf(stderr, "error: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) give_up("the socket's path is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) give_up("no socket");
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    give_up("cannot connect to " + path);
  return descriptor;
}

std::string get_request(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: berth\r\n\r\n";
}

std::string post_request(std::string_view path, std::string_view body) {
  std::string request = "POST " + std::string(path) + " HTTP/1.1\r\nHost: berth\r\n";
  request += "Content-Type: application/json\r\n";
  request += std::string(kLength) + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  return request;
}

void Answer::add(std::string_view bytes) {
  bytes_ += bytes;
  if (header_size_ == 0) read_header();
}

void Answer::read_header() {
  const auto end = bytes_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  header_size_ = end + 4;
  const auto length = bytes_.find(kLength);
  if (length == std::string::npos || length > end) give_up("an answer without a length");
  const char* const number = bytes_.data() + length + kLength.size();
  std::from_chars(number, bytes_.data() + end, body_size_);
}

bool Answer::is_good() const {
  constexpr std::string_view kGood = "HTTP/1.1 20";
  return bytes_.compare(0, kGood.size(), kGood) == 0;
}

void Answer::clear() {
  bytes_.clear();
  header_size_ = body_size_ = 0;
}

SocketClient::~SocketClient() { ::close(descriptor_); }

void SocketClient::send(std::string_view request) {
  answer_.clear();
  while (!request.empty()) {
    const ssize_t sent = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0) give_up("cannot send");
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool SocketClient::take() {
  std::array<char, 64 * 1024> room;
  const ssize_t size = ::recv(descriptor_, room.data(), room.size(), 0);
  if (size < 0) give_up("cannot receive");
  if (size == 0) give_up("berthd hung up");
  answer_.add({room.data(), static_cast<std::size_t>(size)});
  return answer_.is_whole();
}

}  // namespace berth::bench
