// The field that a person most likely meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// By edit distance; none when more than a third of the letters differ. Ties go to the first. [any]
std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& candidates);

}  // namespace berth
