// The bytes of one client, whatever carries them: a plain socket, or TLS over one.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string_view>

namespace berth {

namespace asio = boost::asio;

using Socket = asio::generic::stream_protocol::socket;
using Deadline = std::chrono::steady_clock::time_point;

struct Got {
  std::size_t bytes = 0;  // 0: nothing more comes
  bool is_late = false;   // because the deadline passed
};

// How long one direction may still take. A deadline that moves on before it passes, as it does with
// nearly every request, costs no timer.
struct Patience {
  explicit Patience(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  Deadline deadline = Deadline::max();
  Deadline wakes_at = Deadline::max();  // max: the timer sleeps
  bool is_under_way = false;
  bool is_late = false;
};

// On the socket's executor, which runs one thing at a time. One read and one write may be under way
// together; whoever awaits them holds the wire.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  virtual ~Wire() = default;

  // What comes before the first request. False: there will be none.
  virtual asio::awaitable<bool> greet(Deadline deadline) = 0;
  virtual asio::awaitable<Got> read_some(asio::mutable_buffer room, Deadline deadline) = 0;
  // All three, one behind the other. False: the client is gone or did not take them in time.
  virtual asio::awaitable<bool> write(std::string_view head, std::string_view body,
                                      std::string_view tail, Deadline deadline) = 0;
  // Nothing more will be sent. A client that still sends would not read an answer behind which the
  // connection is broken off: what it sends is dropped until it leaves.
  virtual asio::awaitable<void> say_goodbye(Deadline deadline) = 0;
  virtual bool wants_goodbye() const = 0;  // even where everything went well

  virtual Socket& socket() = 0;
  void hang_up();  // whatever is under way ends at once
  asio::any_io_executor executor() { return socket().get_executor(); }

 protected:
  void begin(Patience& patience, Deadline deadline);
  static void end(Patience& patience) { patience.is_under_way = false; }

 private:
  void wake(Patience& patience, Deadline at);
  void look(Patience& patience);
};

std::shared_ptr<Wire> new_plain_wire(Socket socket);

}  // namespace berth
