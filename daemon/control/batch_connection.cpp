#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "control/batch_line.hpp"
#include "control/exchange.hpp"
#include "control/line_splitter.hpp"
#include "control/replies.hpp"

namespace berth {
namespace {

constexpr std::size_t kInFlightMax = 1024;
// Answers that a client has not taken yet. Many clients send everything before they read anything,
// so there must be room for the answers to a large batch.
constexpr std::size_t kUntakenBytesMax = 8 << 20;
// For as long a client may send without reading.
constexpr std::chrono::minutes kUntakenFor{10};
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kEnvelopeBytes = 1024;  // around a request, in its line

using BatchParser = http::request_parser<http::buffer_body>;

std::string answer_line(const Result<Submitted>& submitted) {
  if (!submitted) return json_text(error_json(submitted.error())) + "\n";
  Json line{{"id", submitted->id}};
  if (submitted->repeated) line["repeated"] = true;
  return json_text(line) + "\n";
}

// Submissions under way and their answers, in the order of the lines. On the stream's executor.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(Control& control, Stream& stream, Principal who)
      : control_(control),
        executor_(stream.get_executor()),
        who_(std::move(who)),
        changed_for_reader_(executor_),
        changed_for_writer_(executor_) {}

  bool has_room() const {
    return slots_.size() < kInFlightMax && untaken_.size() < kUntakenBytesMax;
  }
  bool is_broken() const { return is_broken_; }
  bool is_written() const { return is_written_; }

  void submit(const Line& line) {
    const std::size_t number = first_ + slots_.size();
    slots_.emplace_back();
    if (line.is_too_long) return fill(number, answer_line(too_long()));
    const auto sent = read_batch_line(line.text);
    if (!sent) return fill(number, answer_line(sent.error()));
    submit_request(control_, who_, *sent,
                   [self = shared_from_this(), number](const Result<Submitted>& submitted) {
                     asio::post(self->executor_, [self, number, text = answer_line(submitted)] {
                       self->fill(number, text);
                     });
                   });
  }

  // No more lines come; `told` is the last answer when they ended badly.
  void end(const std::string& told) {
    if (!told.empty()) {
      slots_.emplace_back();
      fill(first_ + slots_.size() - 1, told);
    }
    has_ended_ = true;
    changed_for_writer_.wake();
  }

  asio::awaitable<void> wait_as_reader() {
    co_await changed_for_reader_.wait_until(Deadline::max());
  }

  // Sends answers until all are sent or the client is gone.
  asio::awaitable<void> write(Stream& stream, std::chrono::milliseconds timeout) {
    while (!is_broken_ && !(has_ended_ && slots_.empty() && untaken_.empty())) {
      if (untaken_.empty()) {
        co_await changed_for_writer_.wait_until(Deadline::max());
        continue;
      }
      const std::string bytes = std::exchange(untaken_, {});
      const auto patience =
          has_ended_ ? timeout : std::max<std::chrono::milliseconds>(timeout, kUntakenFor);
      is_broken_ = !co_await send_piece(stream, patience, bytes);
      changed_for_reader_.wake();
    }
    if (!is_broken_) co_await send_end(stream, timeout);
    is_written_ = true;
    changed_for_reader_.wake();
  }

 private:
  Error too_long() const {
    return {"TooLarge", "the line is longer than " +
                            std::to_string(control_.site.limits.request_bytes_max) +
                            " bytes (limits.request_bytes_max)"};
  }

  void fill(std::size_t number, const std::string& text) {
    slots_[number - first_] = text;
    for (; !slots_.empty() && !slots_.front().empty(); slots_.pop_front(), ++first_)
      untaken_ += slots_.front();
    changed_for_reader_.wake();
    changed_for_writer_.wake();
  }

  Control& control_;
  asio::any_io_executor executor_;
  Principal who_;
  Signal changed_for_reader_;
  Signal changed_for_writer_;
  std::deque<std::string> slots_;  // empty: not answered yet
  std::size_t first_ = 0;          // number of the line that the first slot answers
  std::string untaken_;
  bool has_ended_ = false;
  bool is_broken_ = false;
  bool is_written_ = false;
};

asio::awaitable<void> submit_lines(const std::shared_ptr<Batch>& batch, std::vector<Line> lines) {
  for (const Line& line : lines) {
    while (!batch->has_room() && !batch->is_broken()) co_await batch->wait_as_reader();
    if (batch->is_broken()) co_return;
    batch->submit(line);
  }
}

// The last answer when the body could not be read to its end.
std::string unread(const Control& control, const beast::error_code& failed) {
  if (failed != http::error::body_limit) return "";
  const Error error("TooLarge", "the batch is larger than " +
                                    std::to_string(control.site.limits.batch_bytes_max) +
                                    " bytes (limits.batch_bytes_max); the lines before were taken");
  return json_text(error_json(error)) + "\n";
}

asio::awaitable<void> read_lines(const Control& control, Stream& stream, beast::flat_buffer& buffer,
                                 BatchParser& parser, const std::shared_ptr<Batch>& batch) {
  const std::chrono::milliseconds timeout(control.site.limits.request_timeout_ms);
  LineSplitter splitter(static_cast<std::size_t>(control.site.limits.request_bytes_max) +
                        kEnvelopeBytes);
  std::string room(kPieceBytes, '\0');
  while (!parser.is_done() && !batch->is_broken()) {
    parser.get().body() = {room.data(), room.size(), true};
    stream.expires_after(timeout);
    auto [failed, size] = co_await http::async_read_some(stream, buffer, parser, kAwait);
    if (failed && failed != http::error::need_buffer) {
      batch->end(unread(control, failed));
      co_return;
    }
    const std::size_t taken = room.size() - parser.get().body().size;
    auto lines = splitter.add(std::string_view(room).substr(0, taken));
    co_await submit_lines(batch, std::move(lines));
  }
  auto last = splitter.finish();
  co_await submit_lines(batch, std::move(last));
  batch->end("");
}

asio::awaitable<void> write_answers(std::shared_ptr<Batch> batch, Stream& stream,
                                    std::chrono::milliseconds timeout) {
  co_await batch->write(stream, timeout);
}

}  // namespace

asio::awaitable<void> serve_batch(Control& control, Stream& stream, beast::flat_buffer& buffer,
                                  HeaderParser& header, Principal who) {
  const std::chrono::milliseconds timeout(control.site.limits.request_timeout_ms);
  if (!co_await send_continue(stream, header)) co_return;
  BatchParser parser(std::move(header));
  parser.body_limit(static_cast<std::uint64_t>(control.site.limits.batch_bytes_max));
  if (!co_await send_stream_head(stream, "application/x-ndjson")) co_return;
  const auto batch = std::make_shared<Batch>(control, stream, std::move(who));
  auto writing = write_answers(batch, stream, timeout);
  asio::co_spawn(stream.get_executor(), std::move(writing), asio::detached);
  co_await read_lines(control, stream, buffer, parser, batch);
  while (!batch->is_written()) co_await batch->wait_as_reader();
}

}  // namespace berth
