#include "cli/job_table.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/age_text.hpp"
#include "cli/json_field.hpp"
#include "model/phase.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

std::vector<TableColumn> columns(bool wide) {
  std::vector<TableColumn> columns{{"ID"},
                                   {"NAME", true},
                                   {"TYPE"},
                                   {"PROJECT"},
                                   {"USER"},
                                   {"STATUS"},
                                   {"REASON", true, false, true},
                                   {"POOL"},
                                   {"CLUSTER"},
                                   {"GPU", false, true},
                                   {"AGE", false, true},
                                   {"RUNTIME", false, true}};
  if (!wide) return columns;
  for (const char* title : {"OWNER", "PRIORITY", "ATTEMPT", "WORKERS"}) columns.push_back({title});
  return columns;
}

std::string gpu_text(const Json& job) {
  return milli_text(std::llround(fraction_field(job, "gpu") * 1000));
}

std::string time_text(const Json& job, std::string_view name) {
  return field(job, name).is_number() ? age_text(number_field(job, name)) : "-";
}

std::string workers_text(const Json& job) {
  const Json& workers = field(job, "workers");
  if (!workers.is_object()) return "-";
  return std::to_string(number_field(workers, "ready")) + "/" +
         std::to_string(number_field(workers, "wanted"));
}

std::vector<TableCell> row_of(const Json& job, bool wide) {
  const std::string phase = text_field(job, "phase");
  const Json& assignment = field(job, "assignment");
  std::vector<TableCell> row{text_field(job, "id"),
                             text_field(job, "name"),
                             text_field(job, "type"),
                             text_field(job, "project"),
                             text_field(job, "user"),
                             {phase, phase_tint(phase)},
                             phase == "Succeeded" ? "" : reason_line(job),
                             text_field(assignment, "pool"),
                             text_field(assignment, "cluster"),
                             gpu_text(job),
                             time_text(job, "age_ms"),
                             time_text(job, "runtime_ms")};
  if (!wide) return row;
  row.emplace_back(text_field(job, "owner"));
  row.emplace_back(std::to_string(number_field(job, "priority")));
  row.emplace_back(std::to_string(number_field(job, "attempts")));
  row.emplace_back(workers_text(job));
  return row;
}

std::string with_message(const std::string& reason, const std::string& message) {
  if (reason.empty() || message.empty()) return reason + message;
  return reason + ": " + message;
}

}  // namespace

std::string job_table(const std::vector<Json>& jobs, bool wide, const Console& console) {
  return JobTable(wide).text(jobs, console);
}

JobTable::JobTable(bool wide) : wide_(wide), table_(columns(wide)) {}

std::string JobTable::text(const std::vector<Json>& jobs, const Console& console) {
  for (const Json& job : jobs) table_.add(row_of(job, wide_));
  return table_.text(console);
}

std::string reason_line(const Json& job) {
  const Json& held = field(job, "held");
  if (held.is_object()) {
    const std::string why = text_field(held, "reason");
    return "Held by " + text_field(held, "by") + (why.empty() ? "" : ": \"" + why + "\"");
  }
  const Json& termination = field(job, "termination");
  if (termination.is_object() && !text_field(termination, "user").empty()) {
    return "by " + text_field(termination, "user") + ": \"" + text_field(termination, "reason") +
           "\"";
  }
  const std::string reason = text_field(job, "reason");
  if (text_field(job, "phase") == "Succeeded") return reason;  // that its exit code is 0 is said by that
  return with_message(reason, text_field(job, "message"));
}

Tint phase_tint(const std::string& name) {
  const auto phase = phase_named(name);
  if (!phase) return Tint::kNone;
  switch (*phase) {
    case Phase::kPending:
      return Tint::kBusy;
    case Phase::kScheduled:
    case Phase::kLaunching:
      return Tint::kBusy;
    case Phase::kRunning:
      return Tint::kGood;
    case Phase::kReleasing:
    case Phase::kKilling:
      return Tint::kBusy;
    case Phase::kSucceeded:
      return Tint::kFaint;
    case Phase::kFailed:
      return Tint::kBad;
    case Phase::kKilled:
      return Tint::kBad;
  }
  return Tint::kNone;
}

}  // namespace berth
