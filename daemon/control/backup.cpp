#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 256 << 10;

// The backup's bytes, once it is made: that may take longer than a client is usually kept waiting.
// One that fails is told as an error's JSON in their place.
class BackupStream final : public BodyStream {
 public:
  explicit BackupStream(Workers& io) : io_(io) {}
  ~BackupStream() override {
    if (file_ >= 0) close(file_);
  }

  // The name goes at once, so that nothing is left behind whatever happens.
  void made(const fs::path& file) {
    const int opened = open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const int why = errno;
    unlink(file.c_str());
    if (opened < 0)
      return failed({"Internal", file.string() + " cannot be read: " + std::strerror(why)});
    settle([&] { file_ = opened; });
  }

  void failed(const Error& error) {
    log_error("backup_failed", {{"why", error.message}});
    settle([&] { trouble_ = json_text(error_json(error)); });
  }

  void next(std::function<void(Piece)> done) override {
    {
      const std::lock_guard lock(mutex_);
      if (!is_settled_) {
        waiting_ = std::move(done);
        return;
      }
    }
    done(read_piece());
  }

 private:
  template <typename Change>
  void settle(Change change) {
    std::function<void(Piece)> waiting;
    {
      const std::lock_guard lock(mutex_);
      change();
      is_settled_ = true;
      waiting = std::move(waiting_);
    }
    if (waiting) io_.run([waiting = std::move(waiting)] { waiting({}); });
  }

  Piece read_piece() {
    if (file_ < 0) return {trouble_, true};
    Piece piece;
    piece.bytes.resize(kPieceBytes);
    const ssize_t got = read(file_, piece.bytes.data(), piece.bytes.size());
    piece.bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    piece.is_last = got <= 0;
    return piece;
  }

  Workers& io_;
  std::mutex mutex_;  // guards what follows until it is settled
  bool is_settled_ = false;
  std::function<void(Piece)> waiting_;
  int file_ = -1;
  std::string trouble_;
};

}  // namespace

// The daemon itself copies, between its commits; the client writes the file, with its own rights.
void back_up_store(Control& control, SharedCall call, Respond answer) {
  if (const auto allowed = control.rules.may_operate(call->principal); !allowed)
    return answer(error_response(allowed.error()));
  const auto stream = std::make_shared<BackupStream>(control.io);
  static std::atomic<int> number = 0;
  const fs::path file =
      control.site.server.state_dir / ("backup-" + std::to_string(++number) + ".sending");
  control.back_up(file, [stream, file](const Result<void>& done) {
    done ? stream->made(file) : stream->failed(done.error());
  });
  Response response;
  response.content_type = "application/vnd.sqlite3";
  response.stream = stream;
  answer(std::move(response));
}

}  // namespace berth
