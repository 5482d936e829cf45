// Pieces of a stream, made into its lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace berth {

class LineSplitter {
 public:
  // Calls `take` with each line that is whole, without its end; stops when it answers false, and
  // answers that then.
  bool feed(std::string_view piece, const std::function<bool(std::string_view)>& take) {
    pending_ += piece;
    std::size_t start = 0;
    for (std::size_t end; (end = pending_.find('\n', start)) != std::string::npos;) {
      const std::string line = pending_.substr(start, end - start);
      start = end + 1;
      if (take(line)) continue;
      pending_.erase(0, start);
      return false;
    }
    pending_.erase(0, start);
    return true;
  }

 private:
  std::string pending_;
};

}  // namespace berth
