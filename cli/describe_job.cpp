#include "cli/describe_job.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/age_text.hpp"
#include "cli/job_table.hpp"
#include "cli/json_field.hpp"
#include "cli/needs_text.hpp"
#include "cli/text_table.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNameWidth = 14;

std::string row(const std::string& name, const std::string& value) {
  return value.empty() ? "" : padded(name + ":", kNameWidth) + value + "\n";
}

std::string section(const std::string& title, const std::string& body) {
  if (body.empty()) return "";
  std::string text = "\n" + title + ":\n  ";
  for (std::size_t i = 0; i < body.size(); ++i) {
    text += body[i];
    if (body[i] == '\n' && i + 1 < body.size()) text += "  ";
  }
  return text;
}

std::string labels_text(const Json& labels) {
  std::vector<std::string> parts;
  if (!labels.is_object()) return "";
  for (const auto& [name, value] : labels.items())
    parts.push_back(name + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
  return join(parts, ", ");
}

std::string assignment_text(const Json& job) {
  const Json& assignment = field(job, "assignment");
  if (!assignment.is_object()) return "";
  return text_field(assignment, "cluster") + "/" + text_field(assignment, "pool") + "  (" +
         text_field(assignment, "tier") + ", attempt " +
         std::to_string(number_field(assignment, "attempt")) + ")";
}

std::string times_text(const Json& job) {
  std::string text = row("Submitted", text_field(job, "submitted") + "  (" +
                                          age_text(number_field(job, "age_ms")) + " ago)");
  text += row("Ended", text_field(job, "ended"));
  if (field(job, "runtime_ms").is_number())
    text += row("Runtime", age_text(number_field(job, "runtime_ms")));
  return text;
}

std::string outcome_text(const Json& job) {
  std::string text;
  if (!text_field(job, "verdict").empty()) {
    text += row("Verdict", text_field(job, "verdict"));
    text += row("Exit code", std::to_string(number_field(job, "exit_code")));
  }
  const Json& end = field(job, "termination");
  if (end.is_object() && !text_field(end, "user").empty()) {
    text += row("Ended by", text_field(end, "user") + ": \"" + text_field(end, "reason") + "\"  " +
                                text_field(end, "time"));
  }
  return text;
}

std::string where_text(const Json& job) {
  std::string text = row("Placed on", assignment_text(job));
  const Json& head = field(job, "head");
  if (head.is_object())
    text += row("Head", text_field(head, "name") + " " + text_field(head, "ip"));
  const Json& endpoints = field(job, "endpoints");
  if (endpoints.is_object()) {
    for (const auto& [name, address] : endpoints.items()) {
      if (address.is_string()) text += row("  " + name, address.get<std::string>());
    }
  }
  const Json& workers = field(job, "workers");
  if (workers.is_object()) {
    text += row("Workers", std::to_string(number_field(workers, "ready")) + " of " +
                               std::to_string(number_field(workers, "wanted")) + " ready");
  }
  return text;
}

std::string groups_table(const Json& groups, const Console& console) {
  if (!groups.is_array() || groups.empty()) return "";
  TextTable table({{"GROUP"}, {"COUNT", false, true}, {"EACH"}});
  for (const Json& group : groups)
    table.add({text_field(group, "name"), std::to_string(number_field(group, "count")),
               amounts_text(group)});
  return table.text(console);
}

std::string conditions_table(const Json& conditions, const Console& console) {
  if (!conditions.is_array() || conditions.empty()) return "";
  TextTable table({{"CONDITION"}, {"STATUS"}, {"SINCE"}, {"REASON"}, {"MESSAGE", true}});
  for (const Json& condition : conditions)
    table.add({text_field(condition, "type"), text_field(condition, "status"),
               text_field(condition, "time"), text_field(condition, "reason"),
               text_field(condition, "message")});
  return table.text(console);
}

std::string attempts_table(const Json& attempts, const Console& console) {
  if (!attempts.is_array() || attempts.empty()) return "";
  TextTable table({{"ATTEMPT", false, true},
                   {"PLACED ON"},
                   {"TIER"},
                   {"LAUNCHED"},
                   {"READY"},
                   {"RELEASED"},
                   {"REASON"},
                   {"MESSAGE", true}});
  for (const Json& attempt : attempts) {
    table.add({std::to_string(number_field(attempt, "attempt")),
               text_field(attempt, "cluster") + "/" + text_field(attempt, "pool"),
               text_field(attempt, "tier"), text_field(attempt, "launched"),
               text_field(attempt, "ready"), text_field(attempt, "released"),
               text_field(attempt, "reason"), text_field(attempt, "message")});
  }
  return table.text(console);
}

std::string pod_errors_table(const Json& errors, const Console& console) {
  if (!errors.is_array() || errors.empty()) return "";
  TextTable table({{"TIME"},
                   {"POD"},
                   {"CONTAINER"},
                   {"EXIT", false, true},
                   {"REASON"},
                   {"MESSAGE", true}});
  for (const Json& error : errors) {
    const auto time_ms = number_field(error, "time_ms");
    table.add({time_ms > 0 ? iso_time(time_ms) : "", text_field(error, "pod"),
               text_field(error, "container"), std::to_string(number_field(error, "exit_code")),
               text_field(error, "reason"), text_field(error, "message")});
  }
  return table.text(console);
}

// What of the request holds otherwise than written, and what its cluster said to it.
std::string warnings_text(const Json& events) {
  std::string text;
  for (const Json& event : events) {
    const std::string kind = text_field(event, "kind");
    const bool warns = kind == "RequestNote" || kind == "LaunchWarning" || kind == "UnknownStatus";
    if (warns && !text_field(event, "message").empty()) text += text_field(event, "message") + "\n";
  }
  return text;
}

}  // namespace

std::string event_table(const Json& events, const Console& console) {
  TextTable table({{"TIME"},
                   {"ATTEMPT", false, true},
                   {"EVENT"},
                   {"PHASE"},
                   {"USER"},
                   {"REASON"},
                   {"MESSAGE", true}});
  for (const Json& event : events) {
    const auto attempt = number_field(event, "attempt");
    const std::string phase = text_field(event, "phase");
    table.add({text_field(event, "time"),
               attempt == 0 ? "" : std::to_string(attempt),
               text_field(event, "kind"),
               {phase, phase_tint(phase)},
               text_field(event, "user"),
               text_field(event, "reason"),
               text_field(event, "message")});
  }
  return table.text(console);
}

std::string describe_text(const Json& job, const Json& attempts, const Json& events,
                          const Console& console) {
  const std::string phase = text_field(job, "phase");
  std::string text =
      row("Job", text_field(job, "id")) + row("Name", text_field(job, "name")) +
      row("Type", text_field(job, "type")) + row("Project", text_field(job, "project")) +
      row("Owner", text_field(job, "owner")) + row("User", text_field(job, "user")) +
      row("Priority", std::to_string(number_field(job, "priority"))) +
      row("Preemptible", flag_field(job, "preemptible") ? "yes" : "") +
      row("Labels", labels_text(field(job, "labels"))) +
      row("Phase", console.tinted(phase_tint(phase), phase)) + row("Reason", reason_line(job));
  text += times_text(job) + where_text(job) + outcome_text(job);
  text += section("Wants", groups_table(field(job, "groups"), console));
  text += section("Conditions", conditions_table(field(job, "conditions"), console));
  text += section("Attempts", attempts_table(attempts, console));
  text += section("Pod errors", pod_errors_table(field(job, "pod_errors"), console));
  text += section("Warnings", warnings_text(events));
  if (events.is_array() && !events.empty()) text += section("Events", event_table(events, console));
  return text;
}

}  // namespace berth
