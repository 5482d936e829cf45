#include "control/line_splitter.hpp"

#include <algorithm>
#include <utility>

namespace berth {

void LineSplitter::keep(std::string_view part) {
  if (open_.is_too_long) return;
  if (open_.text.size() + part.size() > line_bytes_max_) {
    open_ = {"", true};
    return;
  }
  open_.text += part;
}

void LineSplitter::end_line(std::vector<Line>& lines) {
  const bool is_blank = open_.text.find_first_not_of(" \t\r") == std::string::npos;
  if (!is_blank || open_.is_too_long) lines.push_back(std::move(open_));
  open_ = {};
}

std::vector<Line> LineSplitter::add(std::string_view piece) {
  std::vector<Line> lines;
  while (!piece.empty()) {
    const auto end = piece.find('\n');
    keep(piece.substr(0, end));
    if (end == std::string_view::npos) break;
    end_line(lines);
    piece.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<Line> LineSplitter::finish() {
  std::vector<Line> lines;
  end_line(lines);
  return lines;
}

}  // namespace berth
