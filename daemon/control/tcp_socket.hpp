// The address that clients of the network connect to.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/tcp_address.hpp"

namespace berth {

// Makes a listening socket and gives its descriptor, close-on-exec. Errors: "SocketInUse",
// "SocketUnavailable".
Result<int> listen_at(const TcpAddress& address);

// The address of this end of a TCP socket: "127.0.0.1", "::1"; an IPv4 address that came over IPv6
// as what it is. Empty for any other socket. [any]
std::string own_host(int socket);
int own_port(int socket);

}  // namespace berth
