#include "line_reader.hpp"

#include <utility>

namespace berth {

bool LineReader::take(std::string_view bytes, const Line& line) {
  for (std::size_t end; (end = bytes.find('\n')) != std::string_view::npos;) {
    const std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (begun_.size() + piece.size() > bytes_max_) return false;
    std::string whole;
    std::string_view told = piece;
    if (!begun_.empty()) {
      whole = std::exchange(begun_, {}).append(piece);
      told = whole;
    }
    if (told.ends_with('\r')) told.remove_suffix(1);
    if (!told.empty() && !line(told)) return true;
  }
  if (begun_.size() + bytes.size() > bytes_max_) return false;
  begun_.append(bytes);
  return true;
}

}  // namespace berth
