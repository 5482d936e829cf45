#include "control/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>

#include "base/log.hpp"
#include "control/exchange.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"
#include "control/request_head.hpp"
#include "control/router.hpp"

namespace berth {
namespace {

constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
constexpr std::size_t kFirstPieceBytes = 4 * 1024;
constexpr std::size_t kHeardWhileSendingMax = 64 * 1024;  // of somebody who should be listening
constexpr std::chrono::seconds kHeartbeatEvery{15};
constexpr std::chrono::seconds kGoodbyeWithin{2};
constexpr std::string_view kBatchPath = "/v1/jobs:batch";
constexpr int kHttp11 = 11;
// So that what strangers see is neither kept nor shown as anything else.
constexpr std::string_view kForBrowsers =
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

using BodyParser = http::request_parser<http::string_body>;

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

template <typename Request>
RequestHead head_of(const Request& request) {
  RequestHead head;
  head.method = request.method_string();
  head.version = static_cast<int>(request.version());
  for (const auto& field : request) head.fields.emplace_back(field.name_string(), field.value());
  return head;
}

std::string milliseconds_text(const Control& control) {
  return std::to_string(request_timeout(control).count()) + " ms (limits.request_timeout)";
}

Error too_large(const Control& control) {
  return {"TooLarge", "the body is larger than " +
                          std::to_string(control.site.limits.request_bytes_max) +
                          " bytes (limits.request_bytes_max)"};
}

Error too_much_at_once() {
  return {"Busy",
          "requests and answers under way fill limits.buffered_bytes_max; try again in a "
          "moment"};
}

bool has_left(const beast::error_code& failed) {
  const beast::error_code end = http::error::end_of_stream;
  return failed == end || failed.category() != end.category();
}

// The error that a client is told when what it sent could not be read; nothing when it just left.
std::optional<Error> reading_error(const Control& control, const beast::error_code& failed) {
  if (failed == beast::error::timeout)
    return Error{"RequestTimeout",
                 "the request did not come whole within " + milliseconds_text(control)};
  if (failed == http::error::body_limit) return too_large(control);
  if (failed == http::error::header_limit)
    return Error{"HeaderTooLarge", "the header is larger than 16 KiB"};
  if (has_left(failed)) return std::nullopt;
  return Error{"BadRequest", "this is not HTTP/1.1: " + failed.message()};
}

std::string head_text(const Response& response, bool keep_alive, bool to_stranger) {
  const auto status = static_cast<http::status>(response.status);
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(http::obsolete_reason(status)) +
                     "\r\nServer: berthd\r\nContent-Type: " + response.content_type + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  if (to_stranger) head += kForBrowsers;
  if (!keep_alive) head += "Connection: close\r\n";
  return head + "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
}

// Bytes that come while an answer goes out are dropped, so that the end behind them is seen.
asio::awaitable<void> notice_hang_up(std::shared_ptr<Wire> wire,
                                     std::shared_ptr<Mailbox<Piece>> box) {
  std::string room(4096, '\0');
  std::size_t heard = 0;
  while (heard <= kHeardWhileSendingMax) {
    const auto buffer = asio::buffer(room);
    const Got got = co_await wire->read_some(buffer, Deadline::max());
    if (got.bytes == 0) break;
    heard += got.bytes;
  }
  box->close();
}

class Connection final : public Client, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Control& control, std::shared_ptr<Entrance> entrance, Visit visit)
      : control_(control),
        entrance_(std::move(entrance)),
        counted_(entrance_->traffic.connections),
        visit_(std::move(visit)),
        wire_(visit_.wire),
        incoming_(*wire_),
        buffered_(entrance_->traffic, control.site.limits.buffered_bytes_max) {}

  ~Connection() override { stop_waiting(); }

  asio::awaitable<void> serve() {
    begin_to_wait();
    bool goes_on = co_await wire_->greet(in(timeout()));
    stop_waiting();
    if (goes_on) goes_on = co_await let_in();
    while (goes_on && !entrance_->traffic.is_stopping) goes_on = co_await serve_one();
    const bool owes = owes_goodbye_ || wire_->wants_goodbye();
    if (owes && !is_read_by_another_) co_await wire_->say_goodbye(in(kGoodbyeWithin));
    wire_->hang_up();
  }

  void make_room() override {
    asio::post(wire_->executor(), [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self && self->is_waiting_) self->wire_->hang_up();
    });
  }

 private:
  std::chrono::milliseconds timeout() const { return request_timeout(control_); }

  void begin_to_wait() {
    is_waiting_ = true;
    waits_as_ = entrance_->waiting.enter(weak_from_this());
  }

  void stop_waiting() {
    if (std::exchange(is_waiting_, false)) entrance_->waiting.leave(waits_as_);
  }

  // False: the client was told why not.
  asio::awaitable<bool> let_in() {
    auto who = visit_.who();
    if (!who) co_return co_await end_with(who.error());
    who_ = std::move(*who);
    if (take_place()) co_return true;
    const std::string most = std::to_string(control_.site.limits.connections_per_user_max);
    co_return co_await end_with({"TooManyConnections",
                                 "you have " + most +
                                     " connections already (limits.connections_per_user_max); end "
                                     "one, or try again in a moment"});
  }

  // Users share the places; who may operate gets in even when another user holds all of his.
  bool take_place() {
    if (who_->is_stranger || control_.rules.is_admin(*who_)) return true;
    place_ = entrance_->traffic.connections_of_users.take(
        who_->uid, control_.site.limits.connections_per_user_max);
    return place_ != nullptr;
  }

  // One request and its answer. True: the connection is good for another.
  asio::awaitable<bool> serve_one() {
    HeaderParser header;
    header.header_limit(kHeaderBytesMax);
    header.body_limit(boost::none);  // looked at once it is known whose it is
    const auto failed = co_await read_head(header);
    if (failed) co_return co_await refuse_reading(header, failed);
    if (auto refused = check_head(header)) co_return co_await end_with(std::move(*refused));
    const bool is_batch = path_of(header.get().target()) == kBatchPath &&
                          header.get().method() == http::verb::post && !who_->is_stranger;
    if (!is_batch) co_return co_await serve_whole(header);
    if (header.content_length().value_or(0) > static_cast<std::uint64_t>(batch_bytes_max()))
      co_return co_await end_with(too_large_batch());
    const Counted answering(entrance_->traffic.answering);
    std::shared_ptr<Traffic> traffic(entrance_, &entrance_->traffic);
    co_await serve_batch(control_, wire_, incoming_, header, *who_, std::move(traffic));
    owes_goodbye_ = true;
    co_return false;
  }

  std::int64_t batch_bytes_max() const { return control_.site.limits.batch_bytes_max; }

  Error too_large_batch() const {
    return {"TooLarge", "the batch is larger than " + std::to_string(batch_bytes_max()) +
                            " bytes (limits.batch_bytes_max); no line of it was taken"};
  }

  // For a request that begins a client may take as long as for one that goes on.
  asio::awaitable<beast::error_code> read_head(HeaderParser& header) {
    buffered_.hold(0);
    begin_to_wait();
    beast::error_code failed;
    if (incoming_.is_empty()) {
      incoming_.forget_room();
      failed = co_await incoming_.read_more(kFirstPieceBytes, in(timeout()));
    }
    request_until_ = in(timeout());
    if (!failed) failed = co_await incoming_.read_head(header, request_until_);
    stop_waiting();
    co_return failed;
  }

  std::optional<Error> check_head(const HeaderParser& header) {
    const RequestHead head = head_of(header.get());
    takes_no_body_ = head.method == "HEAD";
    if (const auto good = check_framing(head); !good) return good.error();
    if (const auto good = visit_.admit(head); !good) return good.error();
    if (header.get().version() < kHttp11 && path_of(header.get().target()) == kBatchPath)
      return needs_http11();
    return std::nullopt;
  }

  static Error needs_http11() {
    return {"VersionNotSupported", "this answer comes in chunks, which HTTP/1.0 does not know"};
  }

  // A request whose body fits in memory.
  asio::awaitable<bool> serve_whole(HeaderParser& header) {
    if (who_->is_stranger && (header.chunked() || header.content_length().value_or(0) > 0))
      co_return co_await end_with({"TooLarge", "over TCP no request has a body"});
    const auto limit = static_cast<std::uint64_t>(control_.site.limits.request_bytes_max);
    if (header.content_length().value_or(0) > limit)
      co_return co_await end_with(too_large(control_));
    if (!co_await send_continue(*wire_, header, in(timeout()))) co_return false;
    BodyParser parser(std::move(header));
    parser.body_limit(limit);
    parser.eager(true);
    while (!parser.is_done()) {
      const auto failed = co_await incoming_.read_some(parser, request_until_);
      if (failed) co_return co_await refuse_reading(parser, failed);
      if (!buffered_.hold(static_cast<std::int64_t>(parser.get().body().size())))
        co_return co_await end_with(too_much_at_once());
    }
    co_return co_await answer(parser.release());
  }

  asio::awaitable<bool> answer(http::request<http::string_body> request) {
    const bool is_old = request.version() < kHttp11;
    const bool keep_alive = request.keep_alive() && !is_old;
    Response response = co_await response_to(std::move(request));
    if (response.stream && is_old) response = error_response(needs_http11());
    if (response.stream) {
      co_await send_stream(response);
      co_return false;
    }
    if (!buffered_.hold(static_cast<std::int64_t>(response.body.size())))
      response = error_response(too_much_at_once());
    co_return co_await send_whole(std::move(response),
                                  keep_alive && !entrance_->traffic.is_stopping);
  }

  asio::awaitable<Response> response_to(http::request<http::string_body> request) {
    const Counted answering(entrance_->traffic.answering);
    auto call = read_call(std::move(request), *who_);
    if (!call) co_return error_response(call.error());
    const auto box = std::make_shared<Mailbox<Response>>(wire_->executor());
    try {
      answer_call(control_, std::move(*call),
                  [box](Response response) { box->put(std::move(response)); });
    } catch (const std::exception& error) {
      log_error("request_failed", {{"what", error.what()}});
      co_return error_response({"Internal", "berthd failed to answer; its log says why"});
    }
    auto response = co_await box->take_until(in(timeout()));
    if (response) co_return std::move(*response);
    co_return error_response({"Timeout", "berthd is too busy to answer within " +
                                             milliseconds_text(control_) +
                                             "; what was asked may still happen"});
  }

  asio::awaitable<bool> send_whole(Response response, bool keep_alive) {
    const bool to_stranger = who_ && who_->is_stranger;
    const std::string head = head_text(response, keep_alive, to_stranger);
    const std::string_view body = takes_no_body_ ? std::string_view() : response.body;
    const bool sent = co_await wire_->write(head, body, "", in(timeout()));
    co_return sent&& keep_alive;
  }

  asio::awaitable<bool> end_with(Error error) {
    Response response = error_response(error);
    owes_goodbye_ = true;
    co_return co_await send_whole(std::move(response), false);
  }

  // Nobody is told anything who was silent.
  asio::awaitable<bool> refuse_reading(const Incoming::Parser& parser, beast::error_code failed) {
    const bool was_silent = !parser.got_some() && incoming_.is_empty();
    auto error = reading_error(control_, failed);
    if (error && !was_silent) co_await end_with(std::move(*error));
    co_return false;
  }

  // Piece after piece as the client takes them; a client that hangs up is noticed at once.
  asio::awaitable<void> send_stream(const Response& response) {
    const std::string_view more = who_->is_stranger ? kForBrowsers : "";
    if (!co_await send_stream_head(*wire_, response.content_type, more, in(timeout()))) co_return;
    const auto box = std::make_shared<Mailbox<Piece>>(wire_->executor());
    is_read_by_another_ = true;
    auto noticing = notice_hang_up(wire_, box);
    asio::co_spawn(wire_->executor(), std::move(noticing), asio::detached);
    bool goes_on = true;
    while (goes_on && !box->is_closed()) {
      response.stream->next([box](Piece piece) { box->put(std::move(piece)); });
      const Piece piece = co_await next_piece(*response.stream, *box);
      if (box->is_closed()) co_return;
      goes_on = co_await send_piece(*wire_, piece.bytes, in(timeout())) && !piece.is_last;
      if (piece.is_last) co_await send_end(*wire_, in(timeout()));
    }
  }

  asio::awaitable<Piece> next_piece(const BodyStream& source, Mailbox<Piece>& box) {
    while (!box.is_closed()) {
      auto piece = co_await box.take_until(in(kHeartbeatEvery));
      if (piece) co_return std::move(*piece);
      const std::string heartbeat = source.heartbeat();
      if (!co_await send_piece(*wire_, heartbeat, in(timeout()))) box.close();
    }
    co_return Piece{"", true};
  }

  Control& control_;
  std::shared_ptr<Entrance> entrance_;
  Counted counted_;
  Visit visit_;
  std::shared_ptr<Wire> wire_;
  Incoming incoming_;
  Buffered buffered_;
  std::optional<Principal> who_;
  std::shared_ptr<void> place_;  // among this user's connections
  Deadline request_until_;
  bool is_waiting_ = false;
  std::int64_t waits_as_ = 0;
  bool owes_goodbye_ = false;
  bool is_read_by_another_ = false;
  bool takes_no_body_ = false;
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

Deadline in(std::chrono::milliseconds delay) { return std::chrono::steady_clock::now() + delay; }

std::chrono::milliseconds request_timeout(const Control& control) {
  return std::chrono::milliseconds(control.site.limits.request_timeout_ms);
}

asio::awaitable<bool> send_continue(Wire& wire, const HeaderParser& header, Deadline deadline) {
  if (!beast::iequals(header.get()[http::field::expect], "100-continue")) co_return true;
  co_return co_await wire.write("HTTP/1.1 100 Continue\r\n\r\n", "", "", deadline);
}

asio::awaitable<bool> send_stream_head(Wire& wire, const std::string& content_type,
                                       std::string_view more, Deadline deadline) {
  const std::string head = "HTTP/1.1 200 OK\r\nServer: berthd\r\nContent-Type: " + content_type +
                           "\r\n" + std::string(more) +
                           "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  co_return co_await wire.write(head, "", "", deadline);
}

asio::awaitable<bool> send_piece(Wire& wire, const std::string& bytes, Deadline deadline) {
  if (bytes.empty()) co_return true;  // an empty chunk would be the end
  char size[24];
  const int length = std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  const std::string_view head(size, static_cast<std::size_t>(length));
  co_return co_await wire.write(head, bytes, "\r\n", deadline);
}

asio::awaitable<bool> send_end(Wire& wire, Deadline deadline) {
  co_return co_await wire.write("0\r\n\r\n", "", "", deadline);
}

void serve_connection(Control& control, std::shared_ptr<Entrance> entrance, Socket socket) {
  const auto executor = socket.get_executor();
  Visit visit = entrance->receive(std::move(socket));
  auto connection = std::make_shared<Connection>(control, std::move(entrance), std::move(visit));
  asio::co_spawn(executor, serve(std::move(connection)), report);
}

}  // namespace berth
