#include "cli/printable.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace berth {
namespace {

// Takes the first character off text that is UTF-8.
char32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t character = size == 1 ? lead : lead & (0xFF >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    character = (character << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
  text.remove_prefix(size);
  return character;
}

bool is_control(char32_t c) {
  if (c == '\n' || c == '\t') return false;
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

// What follows it is written from the other side, over what was said before.
bool turns_direction(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

std::string spelled(char32_t c) {
  char text[16];
  std::snprintf(text, sizeof text, c < 0x80 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
  return text;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string clean = clean_utf8(text, std::string_view::npos);
  std::string shown;
  shown.reserve(clean.size());
  for (std::string_view rest = clean; !rest.empty();) {
    const std::string_view before = rest;
    const char32_t c = take_character(rest);
    if (is_control(c) || turns_direction(c))
      shown += spelled(c);
    else
      shown += before.substr(0, before.size() - rest.size());
  }
  return shown;
}

}  // namespace berth
