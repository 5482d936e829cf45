// Log lines are events with keys: log_info("job_placed", {{"job", id}, {"pool", pool}}).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace berth {

struct LogKey {
  std::string_view name;
  std::string value;
  LogKey(std::string_view name, std::string value) : name(name), value(std::move(value)) {}
  LogKey(std::string_view name, const char* value) : name(name), value(value) {}
  LogKey(std::string_view name, std::string_view value) : name(name), value(value) {}
  LogKey(std::string_view name, long long value) : name(name), value(std::to_string(value)) {}
  LogKey(std::string_view name, long value) : name(name), value(std::to_string(value)) {}
  LogKey(std::string_view name, int value) : name(name), value(std::to_string(value)) {}
  LogKey(std::string_view name, unsigned long value)
      : name(name), value(std::to_string(value)) {}
};
using LogKeys = std::initializer_list<LogKey>;

// `level` is debug, info, warning or error; `path` empty means standard error. Call once, first.
void start_logging(std::string_view level, const std::string& path);

void log_debug(std::string_view event, LogKeys keys = {});    // [any]
void log_info(std::string_view event, LogKeys keys = {});     // [any]
void log_warning(std::string_view event, LogKeys keys = {});  // [any]
void log_error(std::string_view event, LogKeys keys = {});    // [any]

}  // namespace berth
