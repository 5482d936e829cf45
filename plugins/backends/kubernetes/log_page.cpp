#include "log_page.hpp"

#include <algorithm>

#include "time_text.hpp"

namespace berth {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::size_t kLongWindow = 8 << 10;  // beyond it the cursor's second moves on
constexpr std::int64_t kOutOfOrderNs =
    kNsPerSecond;  // two streams of a container may differ by less

std::int64_t whole_second(std::int64_t ns) { return ns - ns % kNsPerSecond; }

struct Line {
  std::optional<std::int64_t> time_ns;  // none: no time at its beginning, or not all of it
  std::string_view text;                // with the end of line, where there is one
  std::size_t size = 0;                 // with the time
  bool is_whole = false;
};

Line take_line(std::string_view& rest, bool is_mid_line) {
  const std::size_t end = rest.find('\n');
  Line line{.is_whole = end != std::string_view::npos};
  line.size = line.is_whole ? end + 1 : rest.size();
  line.text = rest.substr(0, line.size);
  rest.remove_prefix(line.size);
  if (is_mid_line) return line;
  const std::size_t space = line.text.find(' ');
  if (space == std::string_view::npos) {
    line.text = {};
    return line;
  }
  line.time_ns = parse_time_ns(line.text.substr(0, space));
  if (line.time_ns) line.text.remove_prefix(space + 1);
  return line;
}

// How many bytes at the end are the beginning of a letter that goes on.
std::size_t unfinished_letter(std::string_view data) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, data.size()); ++back) {
    const auto byte = static_cast<unsigned char>(data[data.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

// Bytes of the given part of an answer that would come again from `since_ns` on.
std::size_t given_since(std::string_view given, std::int64_t since_ns) {
  std::size_t size = 0;
  bool counts = false;
  while (!given.empty()) {
    const Line line = take_line(given, false);
    if (line.time_ns) counts = *line.time_ns >= since_ns;
    if (counts) size += line.size;
  }
  return size;
}

void move_on(LogCursor& cursor, std::string_view given) {
  const std::int64_t since_ns = whole_second(cursor.newest_ns - kOutOfOrderNs);
  if (cursor.given <= kLongWindow || cursor.is_mid_line || since_ns <= cursor.since_ns) return;
  cursor.since_ns = since_ns;
  cursor.given = given_since(given, since_ns);
}

// The log was cut at its beginning, or its container began anew: only times tell what is new.
LogPage page_by_time(const LogCursor& cursor, std::string_view answer) {
  LogPage page{.next = cursor};
  std::string_view rest = answer;
  bool is_new = false;
  page.next.given = 0;
  while (!rest.empty()) {
    const Line line = take_line(rest, false);
    if (!line.is_whole) break;
    if (line.time_ns) is_new = *line.time_ns > cursor.newest_ns;
    page.next.given += line.size;
    if (!is_new) continue;
    page.data += line.text;
    if (line.time_ns) page.next.newest_ns = std::max(page.next.newest_ns, *line.time_ns);
  }
  page.next.offset += static_cast<std::int64_t>(page.data.size());
  page.next.is_by_time = page.next.given == 0;
  page.next.is_mid_line = false;
  move_on(page.next, answer.substr(0, page.next.given));
  return page;
}

}  // namespace

LogPage next_log_page(const LogCursor& cursor, std::string_view answer, bool may_grow) {
  if (cursor.is_by_time || answer.size() < cursor.given) return page_by_time(cursor, answer);
  LogPage page{.next = cursor};
  std::string_view rest = answer.substr(cursor.given);
  while (!rest.empty()) {
    const Line line = take_line(rest, page.next.is_mid_line);
    if (line.text.empty()) break;  // not even its time is whole
    page.data += line.text;
    page.next.given += line.size;
    if (line.time_ns) page.next.newest_ns = std::max(page.next.newest_ns, *line.time_ns);
    page.next.is_mid_line = !line.is_whole;
  }
  if (const std::size_t half = may_grow ? unfinished_letter(page.data) : 0; half > 0) {
    page.data.resize(page.data.size() - half);
    page.next.given -= half;
  }
  page.next.offset += static_cast<std::int64_t>(page.data.size());
  move_on(page.next, answer.substr(0, page.next.given));
  return page;
}

LogPage last_log_page(std::string_view answer, std::size_t tail_bytes, std::int64_t offset) {
  LogPage page{.next = {.offset = offset, .is_by_time = true}};
  while (!answer.empty()) {
    const Line line = take_line(answer, false);
    page.data += line.text;
    if (line.time_ns) page.next.newest_ns = std::max(page.next.newest_ns, *line.time_ns);
  }
  if (page.data.size() > tail_bytes) page.data.erase(0, page.data.size() - tail_bytes);
  page.next.since_ns = whole_second(page.next.newest_ns);
  page.next.offset += static_cast<std::int64_t>(page.data.size());
  return page;
}

}  // namespace berth
