#include "control/tcp_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace berth {
namespace {

constexpr int kBacklog = 4096;

sockaddr_storage storage_of(const TcpAddress& address) {
  sockaddr_storage storage{};
  if (address.is_v6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    ::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr);
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    ::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr);
  }
  return storage;
}

socklen_t size_of(const TcpAddress& address) {
  return address.is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

Error unavailable(const TcpAddress& address) {
  const std::string where = address.host + " port " + std::to_string(address.port);
  if (errno == EADDRINUSE)
    return {"SocketInUse", "another program listens at " + where +
                               ": stop it, or set server.tcp.listen to another port"};
  return {"SocketUnavailable",
          where + " (server.tcp.listen) cannot be listened at: " + std::strerror(errno)};
}

bool own_address(int socket, sockaddr_storage& storage) {
  socklen_t size = sizeof storage;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) == 0;
}

}  // namespace

Result<int> listen_at(const TcpAddress& address) {
  const int family = address.is_v6 ? AF_INET6 : AF_INET;
  const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return unavailable(address);
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_storage storage = storage_of(address);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&storage), size_of(address)) != 0 ||
      ::listen(socket, kBacklog) != 0) {
    const Error error = unavailable(address);
    ::close(socket);
    return error;
  }
  return socket;
}

std::string own_host(int socket) {
  sockaddr_storage storage{};
  char text[INET6_ADDRSTRLEN] = "";
  if (!own_address(socket, storage)) return "";
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  if (storage.ss_family == AF_INET)
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  else if (storage.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
    ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
  else if (storage.ss_family == AF_INET6)
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  return text;
}

int own_port(int socket) {
  sockaddr_storage storage{};
  if (!own_address(socket, storage)) return 0;
  if (storage.ss_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  if (storage.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  return 0;
}

}  // namespace berth
