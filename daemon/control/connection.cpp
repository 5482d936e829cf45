#include "control/connection.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>
#include <chrono>

#include "base/log.hpp"
#include "control/exchange.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"
#include "control/router.hpp"

namespace berth {
namespace {

constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
constexpr std::size_t kBufferBytesMax = 64 * 1024;
constexpr std::chrono::seconds kHeartbeatEvery{15};
constexpr std::chrono::seconds kDrainFor{2};
constexpr std::string_view kBatchPath = "/v1/jobs:batch";

using BodyParser = http::request_parser<http::string_body>;

std::chrono::milliseconds timeout_of(const Control& control) {
  return std::chrono::milliseconds(control.site.limits.request_timeout_ms);
}

Method method_of(http::verb verb) {
  if (verb == http::verb::get) return Method::kGet;
  if (verb == http::verb::post) return Method::kPost;
  return Method::kOther;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

Result<Call> read_call(http::request<http::string_body> request, const Principal& who) {
  const std::string target(request.target());
  const auto mark = target.find('?');
  auto query = parse_query(mark == std::string::npos ? "" : target.substr(mark + 1));
  if (!query) return query.error();
  Call call;
  call.method = method_of(request.method());
  call.path = std::string(path_of(target));
  call.query = std::move(*query);
  call.idempotency_key = std::string(request["Idempotency-Key"]);
  call.body = std::move(request.body());
  call.principal = who;
  return call;
}

Error too_large(const Control& control) {
  return {"TooLarge", "the body is larger than " +
                          std::to_string(control.site.limits.request_bytes_max) +
                          " bytes (limits.request_bytes_max)"};
}

bool has_left(const beast::error_code& failed) {
  const beast::error_code end = http::error::end_of_stream;
  return failed == end || failed == http::error::partial_message ||
         failed.category() != end.category();
}

// The error that a client is told when what it sent could not be read; nothing when it just left.
std::optional<Error> reading_error(const Control& control, const beast::error_code& failed) {
  if (failed == http::error::body_limit) return too_large(control);
  if (failed == http::error::header_limit)
    return Error{"HeaderTooLarge", "the header is larger than 16 KiB"};
  if (has_left(failed)) return std::nullopt;
  return Error{"BadRequest", "this is not HTTP/1.1: " + failed.message()};
}

// A client that still sends would not read an answer behind which the connection is closed.
asio::awaitable<void> drain(Stream& stream) {
  beast::error_code ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  std::string room(64 * 1024, '\0');
  const auto until = std::chrono::steady_clock::now() + kDrainFor;
  stream.expires_at(until);
  while (std::chrono::steady_clock::now() < until) {
    const auto buffer = asio::buffer(room);
    const auto [failed, size] = co_await stream.async_read_some(buffer, kAwait);
    if (failed) break;
  }
}

class Connection {
 public:
  Connection(Control& control, std::shared_ptr<Traffic> traffic,
             asio::local::stream_protocol::socket socket)
      : control_(control),
        traffic_(std::move(traffic)),
        counted_(traffic_->connections),
        stream_(std::move(socket)),
        buffer_(kBufferBytesMax),
        who_(peer_of(stream_.socket().native_handle())),
        has_place_(!who_ || take_place()) {}

  asio::awaitable<void> serve() {
    if (!has_place_) co_return co_await refuse_place();
    bool goes_on = true;
    while (goes_on && !traffic_->is_stopping) goes_on = co_await serve_one();
  }

 private:
  // Users share the places; who may operate gets in even when another user holds all of his.
  bool take_place() {
    if (control_.rules.is_admin(*who_)) return true;
    place_ = traffic_->connections_of_users.take(
        who_->uid, control_.site.limits.connections_per_user_max);
    return place_ != nullptr;
  }

  asio::awaitable<void> refuse_place() {
    const std::string most = std::to_string(control_.site.limits.connections_per_user_max);
    co_await end_with({"TooManyConnections",
                       "you have " + most +
                           " connections already (limits.connections_per_user_max); end one, or "
                           "try again in a moment"});
  }

  // One request and its answer. True: the connection is good for another.
  asio::awaitable<bool> serve_one() {
    HeaderParser header;
    header.header_limit(kHeaderBytesMax);
    header.body_limit(boost::none);  // looked at once it is known whose it is
    stream_.expires_after(timeout_of(control_));
    const auto [failed, size] = co_await http::async_read_header(stream_, buffer_, header, kAwait);
    if (failed) {
      co_await refuse_reading(failed);
      co_return false;
    }
    if (!who_) co_return co_await end_with(who_.error());
    const std::string path(path_of(header.get().target()));
    if (path == kBatchPath && header.get().method() == http::verb::post) {
      const Counted answering(traffic_->answering);
      co_await serve_batch(control_, stream_, buffer_, header, *who_);
      co_return false;
    }
    co_return co_await serve_whole(header);
  }

  // A request whose body fits in memory.
  asio::awaitable<bool> serve_whole(HeaderParser& header) {
    const auto limit = static_cast<std::uint64_t>(control_.site.limits.request_bytes_max);
    if (header.content_length().value_or(0) > limit)
      co_return co_await end_with(too_large(control_));
    if (!co_await send_continue(stream_, header)) co_return false;
    BodyParser parser(std::move(header));
    parser.body_limit(limit);
    stream_.expires_after(timeout_of(control_));
    const auto [failed, size] = co_await http::async_read(stream_, buffer_, parser, kAwait);
    if (failed) {
      co_await refuse_reading(failed);
      co_return false;
    }
    const bool keep_alive = parser.get().keep_alive();
    co_return co_await answer(parser.release(), keep_alive);
  }

  asio::awaitable<bool> answer(http::request<http::string_body> request, bool keep_alive) {
    Response response = co_await response_to(std::move(request));
    if (response.stream) {
      co_await send_stream(response);
      co_return false;
    }
    co_return co_await send_whole(std::move(response), keep_alive && !traffic_->is_stopping);
  }

  asio::awaitable<Response> response_to(http::request<http::string_body> request) {
    const Counted answering(traffic_->answering);
    auto call = read_call(std::move(request), *who_);
    if (!call) co_return error_response(call.error());
    const auto box = std::make_shared<Mailbox<Response>>(stream_.get_executor());
    try {
      answer_call(control_, std::move(*call),
                  [box](Response response) { box->put(std::move(response)); });
    } catch (const std::exception& error) {
      log_error("request_failed", {{"what", error.what()}});
      co_return error_response({"Internal", "berthd failed to answer; its log says why"});
    }
    const Deadline deadline = std::chrono::steady_clock::now() + timeout_of(control_);
    auto response = co_await box->take_until(deadline);
    if (response) co_return std::move(*response);
    co_return error_response({"Timeout", "berthd is too busy to answer within " +
                                             std::to_string(timeout_of(control_).count()) +
                                             " ms (limits.request_timeout_ms); what was asked may "
                                             "still happen"});
  }

  asio::awaitable<bool> send_whole(Response response, bool keep_alive) {
    http::response<http::string_body> message;
    message.result(static_cast<unsigned>(response.status));
    message.version(11);
    message.set(http::field::server, "berthd");
    message.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.body() = std::move(response.body);
    message.keep_alive(keep_alive);
    message.prepare_payload();
    stream_.expires_after(timeout_of(control_));
    const auto [failed, size] = co_await http::async_write(stream_, message, kAwait);
    co_return !failed && keep_alive;
  }

  asio::awaitable<bool> end_with(Error error) {
    Response response = error_response(error);
    co_await send_whole(std::move(response), false);
    co_await drain(stream_);
    co_return false;
  }

  asio::awaitable<void> refuse_reading(beast::error_code failed) {
    auto error = reading_error(control_, failed);
    if (error) co_await end_with(std::move(*error));
  }

  // Piece after piece as the client takes them; a client that hangs up is noticed at once.
  asio::awaitable<void> send_stream(const Response& response) {
    const auto timeout = timeout_of(control_);
    stream_.expires_after(timeout);
    if (!co_await send_stream_head(stream_, response.content_type)) co_return;
    const auto box = std::make_shared<Mailbox<Piece>>(stream_.get_executor());
    watch_for_hang_up(box);
    bool goes_on = true;
    while (goes_on && !box->is_closed()) {
      response.stream->next([box](Piece piece) { box->put(std::move(piece)); });
      const Piece piece = co_await next_piece(*response.stream, *box);
      if (box->is_closed()) co_return;
      goes_on = co_await send_piece(stream_, timeout, piece.bytes) && !piece.is_last;
      if (piece.is_last) co_await send_end(stream_, timeout);
    }
  }

  asio::awaitable<Piece> next_piece(const BodyStream& source, Mailbox<Piece>& box) {
    while (!box.is_closed()) {
      const Deadline deadline = std::chrono::steady_clock::now() + kHeartbeatEvery;
      auto piece = co_await box.take_until(deadline);
      if (piece) co_return std::move(*piece);
      const std::string heartbeat = source.heartbeat();
      if (!co_await send_piece(stream_, timeout_of(control_), heartbeat)) box.close();
    }
    co_return Piece{"", true};
  }

  // The handler may run for other reasons than a hang-up: a write that became possible, bytes that
  // nobody asked for. It dies with the stream at the latest.
  void watch_for_hang_up(const std::shared_ptr<Mailbox<Piece>>& box) {
    stream_.socket().async_wait(asio::socket_base::wait_read,
                                [this, box](const beast::error_code& failed) {
                                  if (!failed) look_for_hang_up(box);
                                });
  }

  void look_for_hang_up(const std::shared_ptr<Mailbox<Piece>>& box) {
    char byte = 0;
    const ssize_t size =
        ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return watch_for_hang_up(box);
    if (size <= 0) box->close();
  }

  Control& control_;
  std::shared_ptr<Traffic> traffic_;
  Counted counted_;
  Stream stream_;
  beast::flat_buffer buffer_;
  Result<Principal> who_;
  std::shared_ptr<void> place_;  // among this user's connections
  bool has_place_;
};

asio::awaitable<void> serve(std::shared_ptr<Connection> connection) {
  co_await connection->serve();
}

void report(const std::exception_ptr& failed) {
  if (!failed) return;
  try {
    std::rethrow_exception(failed);
  } catch (const std::exception& error) {
    log_error("connection_failed", {{"what", error.what()}});
  }
}

}  // namespace

asio::awaitable<bool> send_continue(Stream& stream, const HeaderParser& header) {
  if (!beast::iequals(header.get()[http::field::expect], "100-continue")) co_return true;
  http::response<http::empty_body> message(http::status::continue_, 11);
  const auto [failed, size] = co_await http::async_write(stream, message, kAwait);
  co_return !failed;
}

asio::awaitable<bool> send_stream_head(Stream& stream, const std::string& content_type) {
  http::response<http::empty_body> message(http::status::ok, 11);
  message.set(http::field::server, "berthd");
  message.set(http::field::content_type, content_type);
  message.keep_alive(false);
  message.chunked(true);
  http::response_serializer<http::empty_body> serializer(message);
  const auto [failed, size] = co_await http::async_write_header(stream, serializer, kAwait);
  co_return !failed;
}

asio::awaitable<bool> send_piece(Stream& stream, std::chrono::milliseconds timeout,
                                 const std::string& bytes) {
  if (bytes.empty()) co_return true;  // an empty chunk would be the end
  stream.expires_after(timeout);
  const auto chunk = http::make_chunk(asio::buffer(bytes));
  const auto [failed, size] = co_await asio::async_write(stream, chunk, kAwait);
  co_return !failed;
}

asio::awaitable<bool> send_end(Stream& stream, std::chrono::milliseconds timeout) {
  stream.expires_after(timeout);
  const auto chunk = http::make_chunk_last();
  const auto [failed, size] = co_await asio::async_write(stream, chunk, kAwait);
  co_return !failed;
}

void serve_connection(Control& control, std::shared_ptr<Traffic> traffic,
                      asio::local::stream_protocol::socket socket) {
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(control, std::move(traffic), std::move(socket));
  asio::co_spawn(executor, serve(std::move(connection)), report);
}

}  // namespace berth
