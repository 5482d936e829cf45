#include "cli/show_job.hpp"

#include <nlohmann/json.hpp>

#include "cli/describe_job.hpp"
#include "cli/exit_code.hpp"
#include "cli/explain_table.hpp"
#include "cli/find_job.hpp"
#include "cli/job_table.hpp"
#include "cli/json_field.hpp"
#include "cli/needs_text.hpp"
#include "cli/output_form.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

Result<Json> ask_job(Context& context, const std::string& reference, const std::string& part) {
  const auto id = find_job(context, reference);
  if (!id) return id.error();
  return ask(context, "/v1/jobs/" + *id + part);
}

// Prints an exact form; false when the form is one for people.
bool show_exact(Context& context, const Json& value, const std::string& output) {
  switch (output_form(output)) {
    case OutputForm::kJson:
      context.console.raw(pretty_json(value));
      return true;
    case OutputForm::kYaml:
      context.console.raw(yaml_text(value));
      return true;
    case OutputForm::kName:
    case OutputForm::kWide:
    case OutputForm::kTable:
      return false;
  }
  return false;
}

Json list_of(const Result<Json>& answer, std::string_view name) {
  return answer ? field(*answer, name) : Json();
}

// Behind a decision that was made for this answer alone.
std::string standing_line(const Json& job, const Json& decision) {
  if (!flag_field(decision, "placed") || !field(job, "held").is_object())
    return "as things stand now; the job itself waits: " + reason_line(job);
  return reason_line(job) + "; would go to " + text_field(decision, "cluster") + "/" +
         text_field(decision, "pool") + " as things stand now";
}

// Behind a decision that put the job somewhere: what has become of it there.
std::string since_line(const Json& job) {
  const std::string phase = text_field(job, "phase");
  const std::string why = phase == "Succeeded" ? "" : reason_line(job);
  return "since then: " + phase + (why.empty() ? "" : ": " + why);
}

std::string no_decision_line(const Json& job) {
  const std::string phase = text_field(job, "phase");
  if (phase == "Pending") return "nothing has been decided about it yet: " + reason_line(job);
  return "it never had a place: " + phase + " " + reason_line(job);
}

}  // namespace

int run_get(Context& context, const std::string& reference, const std::string& output) {
  const auto job = ask_job(context, reference, "");
  if (!job) return fail(context, job.error());
  if (show_exact(context, *job, output)) return kExitGood;
  if (output_form(output) == OutputForm::kName)
    context.console.line(text_field(*job, "id"));
  else
    context.console.lines(
        job_table({*job}, output_form(output) == OutputForm::kWide, context.console));
  return kExitGood;
}

int run_describe(Context& context, const std::string& reference, const std::string& output) {
  const auto job = ask_job(context, reference, "");
  if (!job) return fail(context, job.error());
  const std::string id = text_field(*job, "id");
  const Json attempts = list_of(ask(context, "/v1/jobs/" + id + "/attempts"), "attempts");
  const Json events = list_of(ask(context, "/v1/jobs/" + id + "/events"), "events");
  if (show_exact(context, {{"job", *job}, {"attempts", attempts}, {"events", events}}, output))
    return kExitGood;
  context.console.lines(describe_text(*job, attempts, events, context.console));
  return kExitGood;
}

int run_events(Context& context, const std::string& reference, const std::string& output) {
  const auto answer = ask_job(context, reference, "/events");
  if (!answer) return fail(context, answer.error());
  if (!show_exact(context, *answer, output))
    context.console.lines(event_table(field(*answer, "events"), context.console));
  return kExitGood;
}

int run_explain(Context& context, const std::string& reference, const std::string& output) {
  const auto answer = ask_job(context, reference, "/explain");
  if (!answer) return fail(context, answer.error());
  if (show_exact(context, *answer, output)) return kExitGood;
  const auto job = ask_job(context, reference, "");
  if (!job) return fail(context, job.error());
  context.console.line(job_title(*job));
  context.console.line("");
  const Json& decision = field(*answer, "decision");
  if (!decision.is_object()) {
    context.console.line(no_decision_line(*job));
    return kExitGood;
  }
  const bool is_now = flag_field(*answer, "now");
  context.console.lines(explain_text(decision, context.console.form().width,
                                     is_now ? "would be chosen" : "chosen"));
  context.console.line(is_now ? standing_line(*job, decision) : since_line(*job));
  return kExitGood;
}

}  // namespace berth
