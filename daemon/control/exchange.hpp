// What the two coroutine files share: the stream, how a body in pieces is sent, how something that
// comes from another thread is awaited. Included by nothing else: it is slow to compile.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>

#include "control/control.hpp"

namespace berth {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Stream = beast::basic_stream<asio::local::stream_protocol>;
using HeaderParser = http::request_parser<http::empty_body>;
using Deadline = std::chrono::steady_clock::time_point;

// Errors come as values.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// Wakes one coroutine. Used on the stream's executor alone.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor) : timer_(executor) {}

  asio::awaitable<void> wait_until(Deadline deadline) {
    timer_.expires_at(deadline);
    co_await timer_.async_wait(kAwait);
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

// Says "send the body" to a client that waits for it. False: the client is gone.
asio::awaitable<bool> send_continue(Stream& stream, const HeaderParser& header);

// Begins an answer whose body comes in pieces; the connection ends with it.
asio::awaitable<bool> send_stream_head(Stream& stream, const std::string& content_type);
asio::awaitable<bool> send_piece(Stream& stream, std::chrono::milliseconds timeout,
                                 const std::string& bytes);
asio::awaitable<bool> send_end(Stream& stream, std::chrono::milliseconds timeout);

// `POST /v1/jobs:batch`: submits line by line as they come and answers in their order.
asio::awaitable<void> serve_batch(Control& control, Stream& stream, beast::flat_buffer& buffer,
                                  HeaderParser& header, Principal who);

}  // namespace berth
