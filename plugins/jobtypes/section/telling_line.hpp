// The line of a log that says why a program ended.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// Of the end of a log the last line that says why, cut to 300 bytes: not a blank one, not a frame of
// a Java stack, nor what a logger says at INFO, WARN or DEBUG with the stack below it, unless there
// is nothing else. Empty: nothing is said. [any]
std::string telling_line(std::string_view text);

}  // namespace berth
