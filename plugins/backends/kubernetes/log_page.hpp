// Reading a container's log page by page. The API server knows no byte offsets: it gives a log from
// its beginning or from a second on, each line with its time. So the place after a page is kept
// here, as that second and how much of what comes from there was given already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// The place behind what was given. The default: the beginning.
struct LogCursor {
  std::int64_t offset = 0;     // bytes of output before it, times not counted
  std::int64_t since_ns = 0;   // whole seconds; 0: from the beginning
  std::size_t given = 0;       // bytes of the answer from `since_ns` on, times counted
  std::int64_t newest_ns = 0;  // of the lines that were given
  bool is_mid_line = false;
  bool is_by_time = false;  // `given` is not known: what is newer than `newest_ns` comes next
};

struct LogPage {
  std::string data;
  LogCursor next;
};

// `answer`: lines with times from the cursor's second on. `may_grow`: the container runs, or the
// answer was cut, so that half a letter at the end waits for its other half. [any]
LogPage next_log_page(const LogCursor& cursor, std::string_view answer, bool may_grow);

// `answer`: the last lines with times. The last `tail_bytes` of them, which is called offset
// `offset`; the place behind them is known by time. [any]
LogPage last_log_page(std::string_view answer, std::size_t tail_bytes, std::int64_t offset);

}  // namespace berth
