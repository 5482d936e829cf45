#include "base/log.hpp"

#include <limits.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace berth {
namespace {

// Standard error, which may be a pipe that nobody reads: a line that would have to wait is dropped
// and counted, so that a stalled reader stalls no job. A pipe that polls as writable takes PIPE_BUF
// bytes.
class PatientSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (dropped_ > 0) {
      const std::string gap = "log_lines_dropped count=" + std::to_string(dropped_) + "\n";
      if (!write_now(gap.data(), gap.size())) return count_drop();
      dropped_ = 0;
    }
    if (!write_now(line.data(), line.size())) count_drop();
  }
  void flush_() override {}

 private:
  static bool write_now(const char* text, std::size_t size) {
    pollfd waiting{STDERR_FILENO, POLLOUT, 0};
    if (poll(&waiting, 1, 0) != 1 || (waiting.revents & POLLOUT) == 0) return false;
    return write(STDERR_FILENO, text, std::min<std::size_t>(size, PIPE_BUF)) >= 0;
  }
  void count_drop() { ++dropped_; }

  long dropped_ = 0;
};

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=\n\t") != std::string_view::npos;
}

void append_value(std::string& line, std::string_view value) {
  if (!needs_quotes(value)) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '\n') {
      line += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') line += '\\';
    line += c;
  }
  line += '"';
}

void write(spdlog::level::level_enum level, std::string_view event, LogKeys keys) {
  if (!spdlog::should_log(level)) return;
  std::string line(event);
  for (const LogKey& key : keys) {
    line += ' ';
    line += key.name;
    line += '=';
    append_value(line, key.value);
  }
  spdlog::log(level, "{}", line);
}

}  // namespace

void start_logging(std::string_view level, const std::string& path) {
  auto logger = path.empty()
                    ? std::make_shared<spdlog::logger>("berth", std::make_shared<PatientSink>())
                    : spdlog::basic_logger_mt("berth", path);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_level(spdlog::level::from_str(std::string(level)));
}

void log_debug(std::string_view event, LogKeys keys) { write(spdlog::level::debug, event, keys); }
void log_info(std::string_view event, LogKeys keys) { write(spdlog::level::info, event, keys); }
void log_warning(std::string_view event, LogKeys keys) { write(spdlog::level::warn, event, keys); }
void log_error(std::string_view event, LogKeys keys) { write(spdlog::level::err, event, keys); }

}  // namespace berth
