// All that is known of a job, for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/console.hpp"

namespace berth {

// `attempts` and `events` are lists; null where they could not be had.
std::string describe_text(const nlohmann::json& job, const nlohmann::json& attempts,
                          const nlohmann::json& events, const Console& console);

// A table with TIME ATTEMPT KIND PHASE REASON MESSAGE.
std::string event_table(const nlohmann::json& events, const Console& console);

}  // namespace berth
