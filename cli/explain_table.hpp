// A decision as people read it: which pools were asked, what each filter said, how they scored.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace berth {

// A table with a row for each pool and a column for each filter and scorer; where `width` (columns,
// 0: no limit) is too narrow for that, a block for each pool. Each line with its end. `tick` says
// what the mark of the chosen pool means.
std::string explain_text(const nlohmann::json& decision, int width,
                         const std::string& tick = "chosen");

// "owned by eta-team", "owned by applied-ai" (an ancestor), "shared"
std::string tier_words(const std::string& tier, const std::string& owner);

}  // namespace berth
