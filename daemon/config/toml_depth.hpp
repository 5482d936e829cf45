// Names that nest too deep to be read.
#pragma once

#include <string_view>

namespace berth {

inline constexpr int kNamePartsMax = 256;

// The first line in which a name ("a.b.c") has more parts than any name needs; 0: none. Each part is
// a table within a table, and toml++, which bounds all other nesting, takes them down by calls within
// calls. [any]
int line_of_too_deep_name(std::string_view toml);

}  // namespace berth
