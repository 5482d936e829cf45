#include "base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace berth {
namespace {

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
  auto logger = path.empty() ? spdlog::stderr_logger_mt("berth")
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
