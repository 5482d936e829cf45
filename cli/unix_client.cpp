#include "cli/unix_client.hpp"

#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>

#include "cli/interrupt.hpp"
#include "cli/socket_stream.hpp"

namespace berth {
namespace {

namespace http = boost::beast::http;
using Parser = http::response_parser<http::buffer_body>;

constexpr int kHttp11 = 11;

// How long berthd says nothing: a daemon that is stopped takes connections all the same.
class Silence {
 public:
  Silence(std::chrono::milliseconds patience, WhileIdle idle)
      : patience_(patience), idle_(std::move(idle)) {}

  void heard() { last_ = std::chrono::steady_clock::now(); }
  void may_last() { may_last_ = true; }  // nothing is promised to come

  bool goes_on() {
    is_too_long_ = !may_last_ && std::chrono::steady_clock::now() - last_ >= patience_;
    return !is_too_long_ && (!idle_ || idle_());
  }
  bool is_too_long() const { return is_too_long_; }

 private:
  std::chrono::milliseconds patience_;
  WhileIdle idle_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool may_last_ = false;
  bool is_too_long_ = false;
};

http::request<http::string_body> as_http(const ControlRequest& request) {
  http::request<http::string_body> message;
  message.version(kHttp11);
  message.method_string(request.method);
  message.target(request.target);
  message.set(http::field::host, "berth");
  message.set(http::field::connection, "close");
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

Error broken(const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted)
    return {"Interrupted", "gave up waiting for berthd"};
  return {"Broken", "the connection to berthd ended before its answer did: " + error.message()};
}

void copy_head(const Parser& parser, ControlReply& reply) {
  reply.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    reply.headers[name] = std::string(field.value());
  }
}

// One piece of the body; empty when nothing of it came with these bytes.
Result<std::string_view> next_piece(SocketStream& stream, boost::beast::flat_buffer& buffer,
                                    Parser& parser, std::array<char, 16384>& room) {
  parser.get().body().data = room.data();
  parser.get().body().size = room.size();
  boost::system::error_code error;
  http::read_some(stream, buffer, parser, error);
  if (error == http::error::need_buffer) error = {};
  if (error) return broken(error);
  return std::string_view(room.data(), room.size() - parser.get().body().size);
}

// Streams of events have a heartbeat; the output of a job may stop for as long as the job likes.
bool has_heartbeat(const ControlReply& reply) {
  const auto type = reply.headers.find("content-type");
  return type == reply.headers.end() || !type->second.starts_with("text/plain");
}

Result<ControlReply> read_reply(SocketStream& stream, const TakePiece& take, Silence& silence) {
  boost::beast::flat_buffer buffer;
  Parser parser;
  parser.body_limit(boost::none);
  boost::system::error_code error;
  http::read_header(stream, buffer, parser, error);
  if (error) return broken(error);
  ControlReply reply;
  copy_head(parser, reply);
  if (take && reply.is_good() && !has_heartbeat(reply)) silence.may_last();
  std::array<char, 16384> room{};
  while (!parser.is_done()) {
    const auto piece = next_piece(stream, buffer, parser, room);
    if (!piece) return piece.error();
    silence.heard();
    if (piece->empty()) continue;
    if (!take || !reply.is_good())
      reply.body += *piece;
    else if (!take(*piece))
      break;
  }
  return reply;
}

Result<ControlReply> exchange(const std::string& path, const ControlRequest& request,
                              const TakePiece& take, Silence& silence) {
  auto stream = SocketStream::connect(path, [&silence] { return silence.goes_on(); });
  if (!stream) return stream.error();
  const auto message = as_http(request);
  boost::system::error_code error;
  http::write(*stream, message, error);
  // A daemon that refuses a body early has answered already: read on, the answer says why.
  if (error == boost::asio::error::operation_aborted) return broken(error);
  return read_reply(*stream, take, silence);
}

}  // namespace

UnixClient::UnixClient(std::string socket_path, std::chrono::milliseconds patience)
    : socket_path_(std::move(socket_path)), patience_(patience) {}

Result<ControlReply> UnixClient::send(const ControlRequest& request) {
  return stream(request, nullptr, [] { return !was_interrupted(); });
}

Result<ControlReply> UnixClient::stream(const ControlRequest& request, const TakePiece& take,
                                        const WhileIdle& idle) {
  Silence silence(patience_, idle);
  auto reply = exchange(socket_path_, request, take, silence);
  if (reply || !silence.is_too_long()) return reply;
  return Error{"Timeout", "berthd took the connection but said nothing for " +
                              std::to_string(patience_.count() / 1000) + "s to " + request.method +
                              " " + request.target + ": is it stopped, or its disk stuck?"};
}

}  // namespace berth
