// A job's output.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace berth {

struct LogOptions {
  std::string job;
  std::string role;  // empty: the member whose output matters most
  int replica = 0;
  int attempt = 0;  // 0: the newest
  int tail = -1;    // lines from the end; -1: all
  bool follow = false;
};

int run_logs(Context& context, const LogOptions& options);

// The last line that is not blank of the main output; empty when there is none.
std::string last_log_line(Context& context, const std::string& job);

// The last `count` lines. [any]
std::string last_lines(const std::string& text, int count);

}  // namespace berth
