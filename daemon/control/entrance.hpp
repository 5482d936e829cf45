// A way in: who comes through it, and what may be asked there.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "access/principal.hpp"
#include "config/site.hpp"
#include "control/request_head.hpp"
#include "control/traffic.hpp"
#include "control/waiting_clients.hpp"
#include "control/wire.hpp"

namespace berth {

// One client, as he comes in.
struct Visit {
  std::shared_ptr<Wire> wire;
  // Errors: "Forbidden". May read files. [io]
  std::function<Result<Principal>()> who;
  // What is refused whatever is asked for. [io]
  std::function<Result<void>(const RequestHead&)> admit;
};

class Entrance {
 public:
  virtual ~Entrance() = default;

  virtual Visit receive(Socket socket) = 0;  // on the acceptor's executor, one at a time
  virtual void close() {}                    // no more will come [any]
  virtual std::string where() const = 0;     // "control.sock", "127.0.0.1:7077": for the log

  int listening = -1;    // the descriptor; whoever accepts at it closes it
  bool is_plain = true;  // no TLS
  std::int64_t connections_max = 0;
  std::string setting;  // that says so
  Traffic traffic;
  WaitingClients waiting;
};

// The Unix socket: its peers are known by the kernel. Errors: those of listen_at.
Result<std::shared_ptr<Entrance>> open_unix_entrance(const Site& site);

// TCP, where everybody is a stranger who may only read. Errors: those of listen_at and Tls::open.
Result<std::shared_ptr<Entrance>> open_tcp_entrance(const Site& site);

}  // namespace berth
