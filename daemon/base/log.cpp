#include "base/log.hpp"

#include <limits.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
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

// Of a line's values nothing may steer the terminal that shows the log. The controls from U+0080 on
// are two bytes, of which the second tells which.
constexpr unsigned char kHighControlLead = 0xC2;

bool is_low_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool begins_high_control(std::string_view text) {
  return text.size() > 1 && static_cast<unsigned char>(text[0]) == kHighControlLead &&
         static_cast<unsigned char>(text[1]) < 0xA0;
}

bool needs_quotes(std::string_view value) {
  if (value.empty() || value.find_first_of(" \"=") != std::string_view::npos) return true;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_low_control(value[i]) || begins_high_control(value.substr(i))) return true;
  }
  return false;
}

std::string spelled(char control) {
  if (control == '\n') return "\\n";
  if (control == '\r') return "\\r";
  if (control == '\t') return "\\t";
  char text[8];
  std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(control));
  return text;
}

void append_value(std::string& line, std::string_view value) {
  if (!needs_quotes(value)) {
    line += value;
    return;
  }
  line += '"';
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool is_high = begins_high_control(value.substr(i));
    if (is_high || is_low_control(c)) {
      line += spelled(is_high ? value[++i] : c);
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
