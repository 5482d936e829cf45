// What others wrote, made harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// The text as UTF-8 in which all that would steer a terminal or turn the direction of writing is
// spelled out: "\x1b", "\u202e". Ends of lines and tabulators stay. Done twice, it changes nothing.
std::string printable(std::string_view text);

}  // namespace berth
