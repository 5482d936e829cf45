#include "control/wire.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "control/tls.hpp"

namespace berth {
namespace {

// Errors come as values.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

template <typename Stream>
class WireOver : public Wire {
 public:
  template <typename... Args>
  explicit WireOver(Args&&... args)
      : stream_(std::forward<Args>(args)...),
        reading_(stream_.get_executor()),
        writing_(stream_.get_executor()) {}

  asio::awaitable<Got> read_some(asio::mutable_buffer room, Deadline deadline) override {
    begin(reading_, deadline);
    const auto [failed, size] = co_await stream_.async_read_some(room, kAwait);
    end(reading_);
    const Got got{failed ? 0 : size, failed && reading_.is_late};
    co_return got;
  }

  asio::awaitable<bool> write(std::string_view head, std::string_view body, std::string_view tail,
                              Deadline deadline) override {
    const std::array<asio::const_buffer, 3> parts{asio::buffer(head), asio::buffer(body),
                                                  asio::buffer(tail)};
    begin(writing_, deadline);
    const auto [failed, size] = co_await asio::async_write(stream_, parts, kAwait);
    end(writing_);
    co_return !failed;
  }

 protected:
  asio::awaitable<void> drain(Deadline deadline) {
    constexpr std::size_t kRoomBytes = 16 * 1024;
    boost::system::error_code ignored;
    socket().shutdown(asio::socket_base::shutdown_send, ignored);
    std::string room(kRoomBytes, '\0');
    while (std::chrono::steady_clock::now() < deadline) {
      const auto buffer = asio::buffer(room);
      begin(reading_, deadline);
      const auto [failed, size] = co_await socket().async_read_some(buffer, kAwait);
      end(reading_);
      if (failed) break;
    }
  }

  Stream stream_;
  Patience reading_;
  Patience writing_;
};

class PlainWire final : public WireOver<Socket> {
 public:
  explicit PlainWire(Socket socket) : WireOver(std::move(socket)) {}

  asio::awaitable<bool> greet(Deadline) override { co_return true; }
  asio::awaitable<void> say_goodbye(Deadline deadline) override { co_await drain(deadline); }
  bool wants_goodbye() const override { return false; }
  Socket& socket() override { return stream_; }
};

using TlsStream = asio::ssl::stream<Socket>;

class TlsWire final : public WireOver<TlsStream> {
 public:
  TlsWire(Socket socket, std::shared_ptr<Credentials> credentials)
      : WireOver(std::move(socket), credentials->context), credentials_(std::move(credentials)) {}

  asio::awaitable<bool> greet(Deadline deadline) override {
    begin(reading_, deadline);
    const auto [failed] = co_await stream_.async_handshake(TlsStream::server, kAwait);
    end(reading_);
    co_return !failed;
  }

  asio::awaitable<void> say_goodbye(Deadline deadline) override {
    begin(reading_, deadline);
    const auto [failed] = co_await stream_.async_shutdown(kAwait);
    end(reading_);
    if (failed) co_await drain(deadline);
  }

  bool wants_goodbye() const override { return true; }
  Socket& socket() override { return stream_.next_layer(); }

 private:
  std::shared_ptr<Credentials> credentials_;  // the context outlives its stream
};

}  // namespace

void Wire::hang_up() {
  boost::system::error_code ignored;
  socket().close(ignored);
}

void Wire::begin(Patience& patience, Deadline deadline) {
  patience.deadline = deadline;
  patience.is_under_way = true;
  patience.is_late = false;
  if (deadline < patience.wakes_at) wake(patience, deadline);
}

void Wire::wake(Patience& patience, Deadline at) {
  patience.wakes_at = at;
  patience.timer.expires_at(at);
  patience.timer.async_wait(
      [weak = weak_from_this(), &patience](const boost::system::error_code& failed) {
        if (failed) return;
        if (const auto self = weak.lock()) self->look(patience);
      });
}

void Wire::look(Patience& patience) {
  patience.wakes_at = Deadline::max();
  if (!patience.is_under_way || patience.deadline == Deadline::max()) return;
  if (std::chrono::steady_clock::now() < patience.deadline)
    return wake(patience, patience.deadline);
  patience.is_late = true;
  boost::system::error_code ignored;
  socket().cancel(ignored);
}

std::shared_ptr<Wire> new_plain_wire(Socket socket) {
  return std::make_shared<PlainWire>(std::move(socket));
}

std::shared_ptr<Wire> new_tls_wire(Socket socket, std::shared_ptr<Credentials> credentials) {
  return std::make_shared<TlsWire>(std::move(socket), std::move(credentials));
}

}  // namespace berth
