// Lines out of pieces of any size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct Line {
  std::string text;
  bool is_too_long = false;  // then without its text
};

// Never holds more than one line of the greatest length. [any]
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  std::vector<Line> add(
      std::string_view piece);  // the lines that this completes; blank ones are left out
  std::vector<Line> finish();   // the last one, which may lack its newline

 private:
  void keep(std::string_view part);
  void end_line(std::vector<Line>& lines);

  std::size_t line_bytes_max_;
  Line open_;
};

}  // namespace berth
