// The nearest right name for a wrong one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// The candidate that a person most likely meant, by edit distance without regard to case; none when
// nothing is near (more than a third of the letters differ). Ties go to the first. [any]
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace berth
