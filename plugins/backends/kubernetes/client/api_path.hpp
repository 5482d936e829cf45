// Text in paths and queries.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {

// All but letters, digits and "-._~" written as %XX. [any]
std::string percent_encoded(std::string_view text);

// `path` and the parameters whose value is not empty; `path` may have a query already. [any]
std::string with_query(std::string path,
                       const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace berth
