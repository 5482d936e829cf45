// Jobs as rows.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/console.hpp"

namespace berth {

// Columns ID NAME TYPE PROJECT USER STATUS REASON POOL CLUSTER GPU AGE RUNTIME; wide adds OWNER,
// PRIORITY, ATTEMPT and WORKERS.
std::string job_table(const std::vector<nlohmann::json>& jobs, bool wide, const Console& console);

// Why a job is as it is, on one line: `WaitingForCapacity: needs 32 gpu`, `Held by jo: "..."`.
std::string reason_line(const nlohmann::json& job);

Tint phase_tint(const std::string& phase);

}  // namespace berth
