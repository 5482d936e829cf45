#include "cli/submit.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "cli/exit_code.hpp"
#include "cli/explain_table.hpp"
#include "cli/follow_job.hpp"
#include "cli/good_answer.hpp"
#include "cli/json_field.hpp"
#include "cli/needs_text.hpp"
#include "cli/output_form.hpp"
#include "cli/problem_text.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr int kLeastRefusal = 400;
constexpr int kLeastServerFault = 500;

std::string new_idempotency_key() {
  SystemChance chance;
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(chance.next()),
                static_cast<unsigned long long>(chance.next()));
  return text;
}

// A connection that broke leaves open whether the job was taken: the same key, sent again, cannot
// make a second one.
Result<ControlReply> send_once_more_if_broken(Context& context, const JobDocument& document) {
  const ControlRequest request{
      "POST", "/v1/jobs", document.json, {{"Idempotency-Key", new_idempotency_key()}}};
  auto reply = context.client.send(request);
  if (!reply && reply.error().code == "Broken") return context.client.send(request);
  return reply;
}

std::string what_now(const Error& error) {
  if (error.code == "NoMatchingPool" || error.code == "ExceedsMaxCapacity")
    return "the job was not accepted; `berth pools --wide` lists SKUs and sizes; `--force` queues "
           "it anyway";
  if (error.code == "QueueFull" || error.code == "StoreFull")
    return "the job was not accepted; try again later";
  return "the job was not accepted";
}

PlaceOf place_in(const JobDocument& document) {
  if (document.lines.empty()) return nullptr;
  return [&document](const std::string& path) { return document.place(path); };
}

int refuse(Context& context, const JobDocument& document, const ControlReply& reply) {
  const Error error = error_of(reply);
  context.console.note(problem_text(error, place_in(document)));
  context.console.note("  " + what_now(error));
  return reply.status >= kLeastServerFault ? kExitError : kExitRejected;
}

void show_id(Context& context, const SubmitOptions& options, const Json& answer) {
  const std::string id = text_field(answer, "id");
  switch (output_form(options.output)) {
    case OutputForm::kJson:
      return context.console.raw(pretty_json(answer));
    case OutputForm::kYaml:
      return context.console.raw(yaml_text(answer));
    case OutputForm::kName:
      return context.console.line(id);
    case OutputForm::kWide:
    case OutputForm::kTable:
      break;
  }
  if (options.is_quiet) return context.console.line(id);
  if (!options.waits) context.console.line(id + "  accepted; `berth wait " + id + "` watches it");
}

int submit_one(Context& context, const SubmitOptions& options, const JobDocument& document) {
  const auto reply = send_once_more_if_broken(context, document);
  if (!reply) return fail(context, reply.error());
  if (reply->status >= kLeastRefusal) return refuse(context, document, *reply);
  const auto answer = good_answer({"POST", "/v1/jobs"}, reply->body);
  if (!answer) return fail(context, answer.error());
  show_id(context, options, *answer);
  if (!options.waits) return kExitGood;
  FollowOptions follow;
  follow.timeout_ms = options.timeout_ms;
  follow.tells_past = true;
  follow.quiet = options.is_quiet || output_form(options.output) != OutputForm::kTable;
  return follow_job(context, text_field(*answer, "id"), follow);
}

int show_plan(Context& context, const SubmitOptions& options, const JobDocument& document,
              const Json& answer) {
  const Json& decision = field(answer, "decision");
  switch (output_form(options.output)) {
    case OutputForm::kJson:
      context.console.raw(pretty_json(answer));
      break;
    case OutputForm::kYaml:
      context.console.raw(yaml_text(answer));
      break;
    case OutputForm::kName:
      context.console.line(text_field(decision, "cluster") + "/" + text_field(decision, "pool"));
      break;
    case OutputForm::kWide:
    case OutputForm::kTable: {
      Json job = Json::parse(document.json);
      if (field(answer, "groups").is_array()) job["groups"] = answer["groups"];
      context.console.line(job_title(job));
      context.console.line("");
      context.console.lines(explain_text(decision, context.console.form().width));
      if (flag_field(decision, "placed"))
        context.console.line("would start now on " + text_field(decision, "cluster") + "/" +
                             text_field(decision, "pool"));
    }
  }
  return exit_code_of_decision(decision);
}

int plan_one(Context& context, const SubmitOptions& options, const JobDocument& document) {
  const ControlRequest request{"POST", "/v1/plan", document.json};
  const auto reply = context.client.send(request);
  if (!reply) return fail(context, reply.error());
  if (!reply->is_good()) return refuse(context, document, *reply);
  const auto answer = good_answer(request, reply->body);
  if (!answer) return fail(context, answer.error());
  return show_plan(context, options, document, *answer);
}

// All of them, in order; what it ends with is the first that was not good.
template <typename One>
int for_each_request(Context& context, const SubmitOptions& options, One one) {
  const auto documents = requests_of(options);
  if (!documents) return fail(context, documents.error());
  int exit_code = kExitGood;
  for (const JobDocument& document : *documents) {
    const int code = one(context, options, document);
    if (exit_code == kExitGood) exit_code = code;
    if (code == kExitUnreachable) break;
  }
  return exit_code;
}

}  // namespace

int run_submit(Context& context, const SubmitOptions& options) {
  if (options.is_dry) return run_plan(context, options);
  return for_each_request(context, options, submit_one);
}

int run_plan(Context& context, const SubmitOptions& options) {
  return for_each_request(context, options, plan_one);
}

}  // namespace berth
