// Lines out of bytes that come in pieces.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace berth {

// [io]
class LineReader {
 public:
  // False: no more lines are wanted.
  using Line = std::function<bool(std::string_view)>;

  explicit LineReader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Tells each line that is whole but the empty ones. False when a line is longer than the most.
  bool take(std::string_view bytes, const Line& line);

 private:
  const std::size_t bytes_max_;
  std::string begun_;
};

}  // namespace berth
