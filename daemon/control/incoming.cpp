#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include "control/exchange.hpp"

namespace berth {
namespace {

constexpr std::size_t kHeadPieceBytes = 4 * 1024;
constexpr std::size_t kBodyPieceBytes = 64 * 1024;
constexpr std::size_t kBufferBytesMax = 64 * 1024;

// A field that goes on in the next line: obsolete, and read differently by different readers.
bool has_folded_line(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, bytes.find("\r\n\r\n"));
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}

std::string_view text_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

Incoming::Incoming(Wire& wire) : wire_(wire), buffer_(kBufferBytesMax) {}

void Incoming::forget_room() {
  if (is_empty() && buffer_.capacity() > kHeadPieceBytes) buffer_.shrink_to_fit();
}

asio::awaitable<beast::error_code> Incoming::read_more(std::size_t bytes, Deadline deadline) {
  const std::size_t room = std::min(bytes, kBufferBytesMax - buffer_.size());
  if (room == 0) co_return http::error::buffer_overflow;
  const auto space = buffer_.prepare(room);
  const Got got = co_await wire_.read_some(space, deadline);
  buffer_.commit(got.bytes);
  if (got.is_late) co_return beast::error::timeout;
  if (got.bytes == 0) co_return http::error::end_of_stream;
  co_return beast::error_code();
}

asio::awaitable<beast::error_code> Incoming::read_head(Parser& parser, Deadline deadline) {
  while (!parser.is_header_done()) {
    beast::error_code failed = http::error::need_more;
    if (!is_empty()) {
      if (has_folded_line(text_of(buffer_))) co_return http::error::bad_obs_fold;
      buffer_.consume(parser.put(buffer_.data(), failed));
    }
    if (failed == http::error::need_more) failed = co_await read_more(kHeadPieceBytes, deadline);
    if (failed) co_return failed;
  }
  co_return beast::error_code();
}

asio::awaitable<beast::error_code> Incoming::read_some(Parser& parser, Deadline deadline) {
  while (!parser.is_done()) {
    beast::error_code failed = http::error::need_more;
    std::size_t taken = 0;
    if (!is_empty()) taken = parser.put(buffer_.data(), failed);
    buffer_.consume(taken);
    if (failed != http::error::need_more) co_return failed;
    if (taken > 0) co_return beast::error_code();
    failed = co_await read_more(kBodyPieceBytes, deadline);
    if (failed) co_return failed;
  }
  co_return beast::error_code();
}

}  // namespace berth
