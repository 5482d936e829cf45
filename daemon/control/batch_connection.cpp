#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
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
// For as long a client that goes on sending may read nothing.
constexpr std::chrono::minutes kUntakenFor{10};
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kWrittenAtOnce = 256 * 1024;
constexpr std::chrono::milliseconds kLookForRoomEvery{50};  // others may have made some
constexpr std::size_t kEnvelopeBytes = 1024;                // around a request, in its line

using BatchParser = http::request_parser<http::buffer_body>;

std::string answer_line(const Result<Submitted>& submitted) {
  if (!submitted) return json_text(error_json(submitted.error())) + "\n";
  return json_text(submitted_json(*submitted)) + "\n";
}

// Submissions under way and their answers, in the order of the lines. On the wire's executor.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(Control& control, std::shared_ptr<Wire> wire, Principal who,
        std::shared_ptr<Traffic> traffic)
      : control_(control),
        wire_(std::move(wire)),
        who_(std::move(who)),
        traffic_(std::move(traffic)),
        buffered_(*traffic_, control.site.limits.buffered_bytes_max),
        changed_for_reader_(wire_->executor()),
        changed_for_writer_(wire_->executor()) {}

  bool is_broken() const { return is_broken_; }
  bool is_written() const { return is_written_; }

  // Room for a line of this size. Who sends much and reads nothing gets none.
  bool has_room(std::size_t line_bytes) {
    const std::size_t untaken = untaken_.size() + taking_bytes_;
    const auto held = static_cast<std::int64_t>(in_flight_bytes_ + untaken + line_bytes);
    return slots_.size() < kInFlightMax && untaken < kUntakenBytesMax && buffered_.hold(held);
  }
  bool is_being_taken() const { return taking_bytes_ > 0; }
  std::size_t steps() const { return steps_; }  // answers given, pieces of them taken

  void submit(const Line& line) {
    const std::size_t number = first_ + slots_.size();
    slots_.push_back({"", line.text.size()});
    in_flight_bytes_ += line.text.size();
    if (line.is_too_long) return fill(number, answer_line(too_long()));
    const auto sent = read_batch_line(line.text);
    if (!sent) return fill(number, answer_line(sent.error()));
    submit_request(
        control_, who_, *sent,
        [self = shared_from_this(), number](const Result<Submitted>& submitted) {
          asio::post(self->wire_->executor(),
                     [self, number, text = answer_line(submitted)] { self->fill(number, text); });
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

  // Nothing more is read or written.
  void break_off() {
    is_broken_ = true;
    wire_->hang_up();
    changed_for_writer_.wake();
  }

  asio::awaitable<void> wait_as_reader(Deadline deadline) {
    co_await changed_for_reader_.wait_until(deadline);
  }

  // Sends answers until all are sent or the client is gone.
  asio::awaitable<void> write(std::chrono::milliseconds timeout) {
    while (!is_broken_ && !(has_ended_ && slots_.empty() && untaken_.empty())) {
      if (untaken_.empty()) {
        co_await changed_for_writer_.wait_until(Deadline::max());
        continue;
      }
      const std::string bytes = std::exchange(untaken_, {});
      co_await write_pieces(bytes, timeout);
    }
    if (!is_broken_) co_await send_end(*wire_, in(timeout));
    is_written_ = true;
    changed_for_reader_.wake();
  }

 private:
  asio::awaitable<void> write_pieces(const std::string& bytes, std::chrono::milliseconds timeout) {
    taking_bytes_ = bytes.size();
    while (taking_bytes_ > 0 && !is_broken_) {
      const std::string piece = bytes.substr(bytes.size() - taking_bytes_, kWrittenAtOnce);
      const auto patience =
          has_ended_ ? timeout : std::max<std::chrono::milliseconds>(timeout, kUntakenFor);
      if (!co_await send_piece(*wire_, piece, in(patience))) is_broken_ = true;
      taking_bytes_ -= piece.size();
      ++steps_;
      changed_for_reader_.wake();
    }
  }

  struct Slot {
    std::string answer;  // empty: not answered yet
    std::size_t line_bytes = 0;
  };

  Error too_long() const {
    return {"TooLarge", "the line is longer than " +
                            std::to_string(control_.site.limits.request_bytes_max) +
                            " bytes (limits.request_bytes_max)"};
  }

  void fill(std::size_t number, const std::string& text) {
    Slot& slot = slots_[number - first_];
    slot.answer = text;
    in_flight_bytes_ -= slot.line_bytes;
    ++steps_;
    for (; !slots_.empty() && !slots_.front().answer.empty(); slots_.pop_front(), ++first_)
      untaken_ += slots_.front().answer;
    changed_for_reader_.wake();
    changed_for_writer_.wake();
  }

  Control& control_;
  std::shared_ptr<Wire> wire_;
  Principal who_;
  std::shared_ptr<Traffic> traffic_;
  Buffered buffered_;
  Signal changed_for_reader_;
  Signal changed_for_writer_;
  std::deque<Slot> slots_;
  std::size_t first_ = 0;  // number of the line that the first slot answers
  std::size_t in_flight_bytes_ = 0;
  std::string untaken_;
  std::size_t taking_bytes_ = 0;
  std::size_t steps_ = 0;
  bool has_ended_ = false;
  bool is_broken_ = false;
  bool is_written_ = false;
};

std::string last_line(const Error& error) { return json_text(error_json(error)) + "\n"; }

std::string no_room() {
  return last_line({"Busy",
                    "requests and answers under way fill limits.buffered_bytes_max; the lines "
                    "before were taken, try the others again in a moment"});
}

// Waits until the line has room. False: it never got any.
asio::awaitable<bool> has_room_for(Batch& batch, std::size_t line_bytes,
                                   std::chrono::milliseconds timeout) {
  std::size_t steps = batch.steps();
  Deadline until = in(timeout);
  while (!batch.is_broken() && !batch.has_room(line_bytes)) {
    if (batch.steps() != steps) until = in(timeout);
    steps = batch.steps();
    if (std::chrono::steady_clock::now() < until) {
      co_await batch.wait_as_reader(in(kLookForRoomEvery));
    } else if (batch.is_being_taken()) {
      batch.break_off();  // it sends, and reads nothing
    } else {
      co_return false;
    }
  }
  co_return !batch.is_broken();
}

// False: no more lines shall be read.
asio::awaitable<bool> submit_lines(Batch& batch, std::vector<Line> lines,
                                   std::chrono::milliseconds timeout) {
  for (const Line& line : lines) {
    if (!co_await has_room_for(batch, line.text.size(), timeout)) {
      batch.end(no_room());
      co_return false;
    }
    batch.submit(line);
  }
  co_return true;
}

// The last answer when the body could not be read to its end.
std::string unread(const Control& control, const beast::error_code& failed) {
  if (failed == http::error::body_limit)
    return last_line({"TooLarge", "the batch is larger than " +
                                      std::to_string(control.site.limits.batch_bytes_max) +
                                      " bytes (limits.batch_bytes_max); the lines before were "
                                      "taken"});
  if (failed == beast::error::timeout)
    return last_line({"RequestTimeout", "no line came whole within " +
                                            std::to_string(request_timeout(control).count()) +
                                            " ms (limits.request_timeout); those before were "
                                            "taken"});
  const beast::error_code end = http::error::end_of_stream;
  if (failed == end || failed.category() != end.category()) return "";  // it left
  return last_line({"BadRequest",
                    "this is not HTTP/1.1: " + failed.message() + "; the lines before were taken"});
}

// A line of a batch may take as long as a request that comes alone.
asio::awaitable<void> read_lines(const Control& control, Incoming& incoming, BatchParser& parser,
                                 Batch& batch) {
  const auto timeout = request_timeout(control);
  LineSplitter splitter(static_cast<std::size_t>(control.site.limits.request_bytes_max) +
                        kEnvelopeBytes);
  std::string room(kPieceBytes, '\0');
  Deadline until = in(timeout);
  while (!parser.is_done() && !batch.is_broken()) {
    parser.get().body() = {room.data(), room.size(), true};
    const auto failed = co_await incoming.read_some(parser, until);
    if (failed && failed != http::error::need_buffer) co_return batch.end(unread(control, failed));
    const std::size_t taken = room.size() - parser.get().body().size;
    auto lines = splitter.add(std::string_view(room).substr(0, taken));
    if (lines.empty()) continue;
    if (!co_await submit_lines(batch, std::move(lines), timeout)) co_return;
    until = in(timeout);
  }
  auto last = splitter.finish();
  if (co_await submit_lines(batch, std::move(last), timeout)) batch.end("");
}

asio::awaitable<void> write_answers(std::shared_ptr<Batch> batch,
                                    std::chrono::milliseconds timeout) {
  co_await batch->write(timeout);
}

}  // namespace

asio::awaitable<void> serve_batch(Control& control, std::shared_ptr<Wire> wire, Incoming& incoming,
                                  HeaderParser& header, Principal who,
                                  std::shared_ptr<Traffic> traffic) {
  const auto timeout = request_timeout(control);
  if (!co_await send_continue(*wire, header, in(timeout))) co_return;
  BatchParser parser(std::move(header));
  parser.body_limit(static_cast<std::uint64_t>(control.site.limits.batch_bytes_max));
  if (!co_await send_stream_head(*wire, "application/x-ndjson", "", in(timeout))) co_return;
  const auto batch = std::make_shared<Batch>(control, wire, std::move(who), std::move(traffic));
  auto writing = write_answers(batch, timeout);
  asio::co_spawn(wire->executor(), std::move(writing), asio::detached);
  co_await read_lines(control, incoming, parser, *batch);
  while (!batch->is_written()) co_await batch->wait_as_reader(Deadline::max());
}

}  // namespace berth
