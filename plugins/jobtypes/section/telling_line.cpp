#include "section/telling_line.hpp"

#include <algorithm>
#include <vector>

namespace berth {
namespace {

constexpr std::size_t kWordsMax = 300;

std::string cut(std::string_view text) {
  if (text.size() <= kWordsMax) return std::string(text);
  return std::string(text.substr(0, kWordsMax)) + "...";
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r\v\f";
  const std::size_t begin = line.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlank) + 1 - begin);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const std::string_view line = trimmed(text.substr(0, end)); !line.empty()) {
      lines.push_back(line);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Of a stack of Java, whose own words stand above.
bool is_stack_frame(std::string_view line) {
  return line.starts_with("at ") || (line.starts_with("... ") && line.ends_with(" more"));
}

// What a logger says whether or not anything failed: "26/11/26 16:22:45 INFO Utils: ...".
bool is_chatter(std::string_view line) {
  constexpr std::string_view kQuiet[] = {" INFO ", " WARN ", " DEBUG "};
  constexpr std::size_t kBeforeLevel = 30;  // a date and a time
  const bool begins_with_date = !line.empty() && line.front() >= '0' && line.front() <= '9';
  return begins_with_date && std::any_of(std::begin(kQuiet), std::end(kQuiet), [&](auto level) {
           return line.substr(0, kBeforeLevel).find(level) != std::string_view::npos;
         });
}

bool is_uncaught(std::string_view line) { return line.starts_with("Exception in thread"); }

}  // namespace

std::string telling_line(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  std::string_view telling, chatter;
  bool is_of_chatter = false;  // what comes below is a stack that a logger wrote with its line
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = lines[at];
    const bool has_stack = at + 1 < lines.size() && is_stack_frame(lines[at + 1]);
    if (is_stack_frame(line)) continue;
    if (is_chatter(line)) {
      chatter = line;
      is_of_chatter = true;
    } else if (!is_of_chatter || !has_stack || is_uncaught(line)) {
      telling = line;
      is_of_chatter = false;
    }
  }
  return cut(telling.empty() ? chatter : telling);
}

}  // namespace berth
