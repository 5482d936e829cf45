#include "api_path.hpp"

namespace berth {
namespace {

bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view("-._~").find(letter) != std::string_view::npos;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char each : text) {
    const auto letter = static_cast<unsigned char>(each);
    if (is_unreserved(each)) {
      out += each;
    } else {
      out += {'%', kHex[letter >> 4], kHex[letter & 0xF]};
    }
  }
  return out;
}

std::string with_query(std::string path,
                       const std::vector<std::pair<std::string, std::string>>& parameters) {
  bool has_query = path.find('?') != std::string::npos;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    path += (has_query ? '&' : '?') + percent_encoded(name) + '=' + percent_encoded(value);
    has_query = true;
  }
  return path;
}

}  // namespace berth
