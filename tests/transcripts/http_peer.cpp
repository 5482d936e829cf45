#include "http_peer.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace berth {
namespace {

constexpr timeval kGiveUpAfter{60, 0};  // only a broken daemon takes so long

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // it answered early: what it said is still there to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// False at the end.
bool read_more(int socket, std::string& bytes) {
  char room[16384];
  const ssize_t size = ::recv(socket, room, sizeof room, 0);
  if (size < 0 && errno == EINTR) return read_more(socket, bytes);
  if (size > 0) bytes.append(room, static_cast<std::size_t>(size));
  return size > 0;
}

std::string joined_chunks(std::string_view bytes) {
  std::string body;
  while (!bytes.empty()) {
    const auto end = bytes.find("\r\n");
    const auto size = std::stoul(std::string(bytes.substr(0, end)), nullptr, 16);
    if (size == 0) break;
    body += bytes.substr(end + 2, size);
    bytes.remove_prefix(std::min(bytes.size(), end + 2 + size + 2));
  }
  return body;
}

HeardAnswer read_answer(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return {};
  HeardAnswer answer;
  answer.head = bytes.substr(0, end);
  answer.status = std::stoi(bytes.substr(bytes.find(' ') + 1));
  answer.body = bytes.substr(end + 4);
  if (answer.head.find("Transfer-Encoding: chunked") != std::string::npos)
    answer.body = joined_chunks(answer.body);
  return answer;
}

}  // namespace

int HttpPeer::connect() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path_.c_str(), sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kGiveUpAfter, sizeof kGiveUpAfter);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("nobody listens at " + socket_path_);
  return socket;
}

HeardAnswer HttpPeer::ask(const std::string& method, const std::string& target,
                          const std::vector<std::string>& headers, const std::string& body) const {
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: berth\r\nConnection: close\r\n";
  for (const std::string& header : headers) request += header + "\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  const int socket = connect();
  send_all(socket, request);
  std::string bytes;
  while (read_more(socket, bytes)) {
  }
  ::close(socket);
  return read_answer(bytes);
}

std::string HttpPeer::follow(const std::string& target,
                             const std::function<bool(std::string_view)>& is_enough) const {
  const int socket = connect();
  send_all(socket, "GET " + target + " HTTP/1.1\r\nHost: berth\r\n\r\n");
  std::string bytes;
  bool enough = false;
  while (!enough && read_more(socket, bytes)) enough = is_enough(bytes);
  ::close(socket);
  return enough ? "" : bytes;
}

}  // namespace berth
