#include "model/id.hpp"

#include <algorithm>
#include <cctype>

namespace berth {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
constexpr int kIdLetters = 13;
constexpr int kChanceBits = 49;

}  // namespace

std::string new_job_id(const Stamp& now, Chance& chance) {
  constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;
  const std::uint64_t time = static_cast<std::uint64_t>(now.wall_ms / kDayMs) & 0xffff;
  const std::uint64_t random = chance.next() & ((std::uint64_t{1} << kChanceBits) - 1);
  unsigned __int128 bits = (static_cast<unsigned __int128>(time) << kChanceBits) | random;
  std::string id(1 + kIdLetters, 'j');
  for (int i = kIdLetters; i > 0; --i) {
    id[i] = kLetters[static_cast<std::size_t>(bits & 31)];
    bits >>= 5;
  }
  return id;
}

bool is_job_id(std::string_view text) {
  return text.size() == 1 + kIdLetters && text[0] == 'j' &&
         text.find_first_not_of(kLetters, 1) == std::string_view::npos;
}

std::string attempt_name(std::string_view job_id, int attempt) {
  return std::string(job_id) + "-a" + std::to_string(attempt);
}

bool is_name(std::string_view text) {
  const auto allowed = [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
  };
  return !text.empty() && text.size() <= 63 &&
         std::isalnum(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace berth
