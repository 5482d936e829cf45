// Jobs as rows.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/text_table.hpp"

namespace berth {

// Columns ID NAME TYPE PROJECT USER STATUS REASON POOL CLUSTER GPU AGE RUNTIME; wide adds OWNER,
// PRIORITY, ATTEMPT and WORKERS.
std::string job_table(const std::vector<nlohmann::json>& jobs, bool wide, const Console& console);

// The same table, which goes on: rows that come later stand in the columns of those before.
class JobTable {
 public:
  explicit JobTable(bool wide);
  std::string text(const std::vector<nlohmann::json>& jobs, const Console& console);

 private:
  bool wide_;
  TextTable table_;
};

// Why a job is as it is, on one line: `WaitingForCapacity: needs 32 gpu`, `Held by jo: "..."`.
std::string reason_line(const nlohmann::json& job);

Tint phase_tint(const std::string& phase);

}  // namespace berth
