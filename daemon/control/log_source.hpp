// One attempt's output, asked of the backend that has it.
#pragma once

#include <functional>
#include <string>

#include "control/control.hpp"

namespace berth {

struct LogWish {
  std::string job;
  int attempt = 0;   // 0: the newest
  std::string role;  // empty: the main one
  int replica = 0;
  std::int64_t offset = 0;  // bytes; -1: from `tail_bytes` before the end
  std::int64_t tail_bytes = 0;
  std::int64_t limit_bytes = 0;
};

struct LogPage {
  std::string data;
  std::int64_t next = 0;  // where to go on
  bool is_end = false;    // no more will ever come
};

// Reads a page of an attempt's output. Errors: "NotFound" (no such attempt, role or replica),
// "ClusterOffline" (its backend cannot be asked now), "Conflict" (it was never placed).
// `done` is called once, on an I/O thread. [io]
void read_logs(Control& control, const LogWish& wish, std::function<void(Result<LogPage>)> done);

}  // namespace berth
