#include "stream_errand.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "errand.hpp"
#include "line_reader.hpp"

namespace berth {
namespace {

constexpr std::size_t kRefusalBytesMax = 256 << 10;

class StreamErrand : public Errand {
 public:
  StreamErrand(std::shared_ptr<ApiClient::Core> core, ApiRequest request, StreamListener listener,
               StreamLimits limits)
      : Errand(core, std::move(request)),
        shared_(std::move(core)),
        listener_(std::move(listener)),
        limits_(limits),
        lines_(limits.line_bytes_max) {
    set_takes_slot(false);
  }
  ~StreamErrand() override { --shared_->streams; }

  void start() {
    if (is_over()) return;
    if (shared_->streams > shared_->limits.streams_max) {
      ++shared_->rate_limited;
      leave();
      return fail({ApiFailure::Kind::kRateLimited, "too many streams from this cluster are open"});
    }
    begin();
  }

  void end_unheard() {
    listener_ = {};
    cancel();
  }

  void pause() {
    is_paused_ = true;
    if (connection() != nullptr) connection()->pause();
    if (has_opened_) timer().cancel();
  }

  void resume() {
    is_paused_ = false;
    if (connection() != nullptr) connection()->resume();
    if (has_opened_) await_bytes();
  }

 private:
  using Kind = ApiFailure::Kind;

  void fail(ApiFailure failure) override {
    tell_end({.failure = failure.kind, .message = std::move(failure.message)});
  }

  void answer(ApiAnswer answer) override {
    StreamEnd end{.status = answer.status, .message = std::move(answer.body)};
    if (const auto at = answer.headers.find("retry-after"); at != answer.headers.end()) {
      const int seconds = std::clamp(std::atoi(at->second.c_str()), 0, 120);
      end.retry_after = std::chrono::seconds(seconds);
    }
    tell_end(std::move(end));
  }

  bool streams(const ResponseHead& head) override {
    if (head.status != 200) return false;
    has_opened_ = true;
    if (is_paused_) connection()->pause();
    await_bytes();
    if (const auto opened = listener_.opened) opened();
    return true;
  }

  void stream(std::string_view bytes) override {
    const auto self = shared_from_this();
    heard_at_ = Clock::now();
    if (const auto told = listener_.bytes) return told(bytes);
    // Kept here: a listener may destroy the stream, and with it what it is made of.
    const auto told = listener_.line;
    const bool is_good = lines_.take(bytes, [&](std::string_view line) {
      told(line);
      return !is_over();
    });
    if (is_good || is_over()) return;
    end_with(Kind::kUnknown, "a line of the answer is longer than " +
                                 std::to_string(limits_.line_bytes_max) + " bytes");
  }

  void end_stream(const std::string& why) override {
    const auto self = shared_from_this();
    if (why.empty()) {
      leave();
      return tell_end({});
    }
    end_with(Kind::kUnknown, why);
  }

  // One timer for many pieces: it looks back at when the last came.
  void await_bytes() {
    heard_at_ = Clock::now();
    wait_until(heard_at_ + limits_.idle_max);
  }

  void wait_until(Clock::time_point when) {
    timer().expires_at(when);
    timer().async_wait([this, weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!self || error || is_over() || is_paused_) return;
      const auto due = heard_at_ + limits_.idle_max;
      if (Clock::now() < due) return wait_until(due);
      end_with(Kind::kUnknown,
               "nothing came for " + std::to_string(limits_.idle_max.count()) + " ms");
    });
  }

  void end_with(Kind kind, std::string message) {
    const auto self = shared_from_this();
    leave();
    fail({kind, std::move(message)});
  }

  void tell_end(StreamEnd end) {
    const auto self = shared_from_this();
    const auto ended = std::exchange(listener_, {}).ended;
    if (ended) ended(std::move(end));
  }

  const std::shared_ptr<ApiClient::Core> shared_;
  StreamListener listener_;
  const StreamLimits limits_;
  LineReader lines_;
  Clock::time_point heard_at_{};
  bool has_opened_ = false;
  bool is_paused_ = false;
};

class StreamHandle : public ApiStream {
 public:
  explicit StreamHandle(std::shared_ptr<StreamErrand> errand) : errand_(std::move(errand)) {}
  ~StreamHandle() override { errand_->end_unheard(); }
  void pause() override { errand_->pause(); }
  void resume() override { errand_->resume(); }

 private:
  const std::shared_ptr<StreamErrand> errand_;
};

}  // namespace

std::unique_ptr<ApiStream> open_stream(const std::shared_ptr<ApiClient::Core>& core,
                                       ApiRequest request, StreamListener listener,
                                       StreamLimits limits) {
  request.limit_bytes = std::min(request.limit_bytes, kRefusalBytesMax);
  ++core->streams;
  const auto errand =
      std::make_shared<StreamErrand>(core, std::move(request), std::move(listener), limits);
  boost::asio::post(core->io, [errand] { errand->start(); });
  return std::make_unique<StreamHandle>(errand);
}

}  // namespace berth
