#include "cli/job_story.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/age_text.hpp"
#include "cli/explain_table.hpp"
#include "cli/job_logs.hpp"
#include "cli/job_table.hpp"
#include "cli/json_field.hpp"
#include "cli/printable.hpp"
#include "model/phase.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPhaseWidth = 11;
constexpr std::size_t kTextWidth = 62;
constexpr std::size_t kTimeWidth = 9;

// Endpoints of what leads a job, the best to know first, and what it is called.
constexpr std::pair<const char*, const char*> kHeads[] = {
    {"client", "head"}, {"gcs", "head"}, {"dashboard", "head"}, {"master", "master"}};

std::int64_t age_at(const Json& job, const Json& event) {
  const auto submitted = iso_ms(text_field(job, "submitted"));
  const auto happened = iso_ms(text_field(event, "time"));
  if (submitted == 0 || happened == 0) return number_field(job, "age_ms");
  return std::max<std::int64_t>(0, happened - submitted);
}

std::string reason_and_message(const Json& from) {
  const std::string reason = text_field(from, "reason");
  const std::string message = text_field(from, "message");
  if (reason.empty() || message.empty()) return reason + message;
  return reason + ": " + message;
}

std::string workers_text(const Json& job) {
  const Json& workers = field(job, "workers");
  const auto wanted = number_field(workers, "wanted");
  if (wanted == 0) return "";
  return "workers " + std::to_string(number_field(workers, "ready")) + "/" + std::to_string(wanted);
}

// Where its head can be found, and how many workers have joined.
std::string running_text(const Json& job, const Json& event) {
  std::string text;
  const Json& endpoints = field(job, "endpoints");
  for (const auto& [name, who] : kHeads) {
    const std::string address = text_field(endpoints, name);
    if (text.empty() && !address.empty()) text = who + (' ' + address);
  }
  const std::string workers = workers_text(job);
  if (!text.empty() && !workers.empty()) return text + ", " + workers;
  if (!text.empty()) return text;
  const std::string message = text_field(event, "message");
  return message.empty() ? workers : message;
}

// "owned by applied-ai, best of 2 (1 refused)"
std::string choice_text(const Json& job, const Json& decision) {
  std::string text =
      tier_words(text_field(field(job, "assignment"), "tier"), text_field(job, "owner"));
  int scored = 0;
  int refused = 0;
  for (const Json& row : field(decision, "rows"))
    (field(row, "scores").empty() && !flag_field(row, "chosen") ? refused : scored) += 1;
  if (scored > 1) text += ", best of " + std::to_string(scored);
  if (refused > 0) text += " (" + std::to_string(refused) + " refused)";
  return text;
}

bool is_ended(const std::string& phase_name) {
  const auto phase = phase_named(phase_name);
  return phase && is_terminal(*phase);
}

}  // namespace

JobStory::JobStory(Context& context, std::string job_id)
    : context_(context), job_id_(std::move(job_id)) {}

std::string JobStory::line(const std::string& phase, const std::string& text,
                           const std::string& time) {
  const std::size_t id_width = std::max<std::size_t>(job_id_.size(), 14) + 2;
  const std::string id = has_named_job_ ? "" : job_id_;
  std::size_t text_room = kTextWidth;
  const std::size_t others = id_width + kPhaseWidth + kTimeWidth + 1;  // the last column stays free
  const auto width = static_cast<std::size_t>(std::max(context_.console.form().width, 0));
  if (width > 0) text_room = width > others + 20 ? std::min(kTextWidth, width - others) : 20;
  const std::string words = printable(text);
  const bool may_go_on = is_ended(phase);  // how it ended is told whole
  const std::string shown = width > 0 && !may_go_on ? cut_to_width(words, text_room) : words;
  const std::string blanks(kTimeWidth - std::min(kTimeWidth, time.size()), ' ');
  const std::string tinted = context_.console.tinted(phase_tint(phase), phase) +
                             std::string(kPhaseWidth - std::min(kPhaseWidth, phase.size()), ' ');
  std::string whole = padded(id, id_width) + tinted + padded(shown, text_room) + blanks + time;
  whole.erase(whole.find_last_not_of(' ') + 1);
  return whole;
}

void JobStory::tell_phase(const std::string& phase, const std::string& text, std::int64_t age_ms) {
  context_.console.line(line(phase, text, elapsed_text(age_ms)));
  has_named_job_ = true;
  phase_ = phase;
}

std::string JobStory::placed_text(const Json& job, const Json& event) {
  const Json& assignment = field(job, "assignment");
  const std::string pool = text_field(assignment, "cluster") + "/" + text_field(assignment, "pool");
  if (!assignment.is_object() ||
      number_field(assignment, "attempt") != number_field(event, "attempt"))
    return text_field(event, "message");
  const auto explained = ask(context_, "/v1/jobs/" + job_id_ + "/explain");
  const Json decision = explained ? field(*explained, "decision") : Json();
  return padded(pool, 16) + "  " + choice_text(job, decision);
}

void JobStory::tell_outcome(const Json& job, std::int64_t age_ms) {
  has_told_outcome_ = true;
  const std::string phase = text_field(job, "phase");
  const std::string outcome = is_ended(phase) ? phase : text_field(job, "verdict");
  std::string text = outcome == "Killed" ? reason_line(job) : reason_and_message(job);
  if (outcome == "Succeeded") {
    const std::string result = last_log_line(context_, job_id_);
    text = result.empty() ? text : "\"" + result + "\"";
  }
  const auto exit_code = number_field(job, "exit_code");
  if (outcome == "Failed" && exit_code != 0 && text.find("exit") == std::string::npos)
    text += " (exit code " + std::to_string(exit_code) + ")";
  tell_phase(outcome, text, age_ms);
}

// It comes with the phase that follows: how a job ended is said first, that it is placed again by
// the next event.
void JobStory::tell_release(const Json& job, const Json& event) {
  const std::string phase = text_field(event, "phase");
  if (is_ended(phase) && !has_told_outcome_) tell_outcome(job, age_at(job, event));
  if (is_ended(phase)) phase_ = phase;
  const std::string message = text_field(event, "message");
  if (!message.empty()) context_.console.line(line("released", message, ""));
}

void JobStory::tell_event(const Json& job, const Json& event, bool is_last_phase) {
  const std::string phase_text = text_field(event, "phase");
  const auto age_ms = age_at(job, event);
  if (text_field(event, "kind") == "Released") return tell_release(job, event);
  const auto phase = phase_named(phase_text);
  if (!phase || phase_text == phase_) return;
  switch (*phase) {
    case Phase::kPending:
      if (number_field(event, "attempt") > 0)
        tell_phase(phase_text, reason_and_message(event), age_ms);
      phase_ = phase_text;
      return;
    case Phase::kScheduled:
      return tell_phase(phase_text, placed_text(job, event), age_ms);
    case Phase::kLaunching: {
      const std::string message = text_field(event, "message");
      return tell_phase(phase_text, message.empty() ? "starting" : message, age_ms);
    }
    case Phase::kRunning:
      return tell_phase(phase_text, running_text(job, event), age_ms);
    case Phase::kReleasing:
      // Its outcome is known, unless this attempt was given up for another.
      if (is_last_phase && text_field(job, "verdict") != "Retry" &&
          !text_field(job, "verdict").empty()) {
        tell_outcome(job, age_ms);
        phase_ = phase_text;
        return;
      }
      return tell_phase(phase_text, reason_and_message(event), age_ms);
    case Phase::kKilling: {
      const std::string user = text_field(event, "user");
      return tell_phase(phase_text,
                        (user.empty() ? "" : "by " + user + ": ") + reason_and_message(event),
                        age_ms);
    }
    case Phase::kSucceeded:
    case Phase::kFailed:
    case Phase::kKilled:
      if (!has_told_outcome_) tell_outcome(job, age_ms);
      phase_ = phase_text;
      return;
  }
}

void JobStory::tell(const Json& job, const std::vector<Json>& events) {
  const auto goes_on = [&](std::size_t i) {  // a later phase in which it is not ending
    return std::any_of(events.begin() + static_cast<std::ptrdiff_t>(i) + 1, events.end(),
                       [](const Json& later) {
                         const std::string phase = text_field(later, "phase");
                         return phase != "Releasing" && !is_ended(phase);
                       });
  };
  for (std::size_t i = 0; i < events.size(); ++i) tell_event(job, events[i], !goes_on(i));
  const std::string phase = text_field(job, "phase");
  if (is_ended(phase) && !has_told_outcome_) tell_outcome(job, number_field(job, "age_ms"));
  if (phase == "Pending") tell_why_it_waits(job);
}

void JobStory::tell_why_it_waits(const Json& job) {
  const std::string why = reason_line(job);
  if (why.empty() || why == waits_for_) return;
  waits_for_ = why;
  // What has not been looked at yet is looked at in a moment: that is nothing to tell.
  if (text_field(job, "reason") == "Queued" || context_.console.form().is_terminal) return;
  tell_phase("Pending", why, number_field(job, "age_ms"));
}

void JobStory::skip(const Json& job, const std::vector<Json>& events) {
  for (const Json& event : events) phase_ = text_field(event, "phase");
  const std::string phase = text_field(job, "phase");
  if (is_ended(phase)) return tell_outcome(job, number_field(job, "age_ms"));
  std::string text = reason_line(job);
  if (phase == "Running") text = running_text(job, Json());
  tell_phase(phase, text, number_field(job, "age_ms"));
  if (phase == "Pending") waits_for_ = text;
}

void JobStory::show_waiting(const Json& job, std::int64_t age_ms) {
  const std::string phase = text_field(job, "phase");
  std::string text = phase == "Pending" ? reason_line(job) : workers_text(job);
  if (phase == "Running") text = running_text(job, Json());
  if (text.empty()) text = text_field(job, "message");
  context_.console.live(line(phase, text, elapsed_seconds_text(age_ms)));
}

}  // namespace berth
