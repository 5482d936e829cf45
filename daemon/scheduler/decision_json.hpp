// A decision as its record is kept and as the socket shows it.
#pragma once

#include <string>
#include <string_view>

#include "scheduler/decision.hpp"

namespace berth {

std::string_view answer_name(Answer answer);  // "fits", "not_now", "never", "by_policy", "not_asked"

std::string decision_json(const Decision& decision);  // one JSON object [any]

}  // namespace berth
