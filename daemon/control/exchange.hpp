// What the two files share that read requests and answer them: bytes that come, a body that is sent
// in pieces, something that comes from another thread. Included by nothing else: it is slow to
// compile.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>

#include "control/control.hpp"
#include "control/traffic.hpp"
#include "control/wire.hpp"

namespace berth {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using HeaderParser = http::request_parser<http::empty_body>;

Deadline in(std::chrono::milliseconds delay);
std::chrono::milliseconds request_timeout(const Control& control);

// Wakes one coroutine. Used on the wire's executor alone.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor) : timer_(executor) {}

  asio::awaitable<void> wait_until(Deadline deadline) {
    timer_.expires_at(deadline);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  void wake() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

// A value on its way from another thread to a coroutine.
template <typename T>
class Mailbox : public std::enable_shared_from_this<Mailbox<T>> {
 public:
  explicit Mailbox(const asio::any_io_executor& executor)
      : executor_(executor), signal_(executor) {}

  void put(T value) {  // [any]
    asio::post(executor_, [self = this->shared_from_this(), value = std::move(value)]() mutable {
      self->value_ = std::move(value);
      self->signal_.wake();
    });
  }

  // Nothing when the deadline passes first or nobody waits any more.
  asio::awaitable<std::optional<T>> take_until(Deadline deadline) {
    while (!value_ && !is_closed_ && std::chrono::steady_clock::now() < deadline)
      co_await signal_.wait_until(deadline);
    std::optional<T> taken = std::move(value_);
    value_.reset();
    co_return taken;
  }

  void close() {
    is_closed_ = true;
    signal_.wake();
  }
  bool is_closed() const { return is_closed_; }

 private:
  asio::any_io_executor executor_;
  Signal signal_;
  std::optional<T> value_;
  bool is_closed_ = false;
};

// What has come and was not understood yet.
class Incoming {
 public:
  explicit Incoming(Wire& wire);

  using Parser = http::basic_parser<true>;
  // Until the head of a request has come; folded lines in it are an error, as is what is no HTTP.
  // `end_of_stream` when the client left before its request, `timeout` when it was too slow.
  asio::awaitable<beast::error_code> read_head(Parser& parser, Deadline deadline);
  // Some of the body: at least a byte, the end, or an error; `need_buffer` when the parser's is
  // full.
  asio::awaitable<beast::error_code> read_some(Parser& parser, Deadline deadline);
  asio::awaitable<beast::error_code> read_more(std::size_t bytes, Deadline deadline);

  bool is_empty() const { return buffer_.size() == 0; }
  void forget_room();  // a connection that waits keeps none

 private:
  Wire& wire_;
  beast::flat_buffer buffer_;
};

// Says "send the body" to a client that waits for it. False: the client is gone.
asio::awaitable<bool> send_continue(Wire& wire, const HeaderParser& header, Deadline deadline);

// Begins an answer whose body comes in pieces; the connection ends with it. `more` fields end with
// their line.
asio::awaitable<bool> send_stream_head(Wire& wire, const std::string& content_type,
                                       std::string_view more, Deadline deadline);
asio::awaitable<bool> send_piece(Wire& wire, const std::string& bytes, Deadline deadline);
asio::awaitable<bool> send_end(Wire& wire, Deadline deadline);

// `POST /v1/jobs:batch`: submits line by line as they come and answers in their order.
asio::awaitable<void> serve_batch(Control& control, std::shared_ptr<Wire> wire, Incoming& incoming,
                                  HeaderParser& header, Principal who,
                                  std::shared_ptr<Traffic> traffic);

}  // namespace berth
