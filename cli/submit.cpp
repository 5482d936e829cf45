#include "cli/submit.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

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

using Documents = std::vector<JobDocument>;
using Answers = std::vector<Json>;

bool is_of_no_job(const Error& error) {
  return std::any_of(error.details.begin(), error.details.end(),
                     [](const Problem& each) { return each.path == "manifest.kind"; });
}

std::string what_now(const JobDocument& document, const Error& error) {
  const std::string refused = document.title() + " was not accepted; ";
  if (is_of_no_job(error) && !document.manifest.empty())
    return document.title() +
           " is no job: make it on the cluster yourself, where the jobs will run, and send the "
           "jobs without it";
  if (error.code == "NoMatchingPool" || error.code == "ExceedsMaxCapacity")
    return refused + "`berth pools --wide` lists SKUs and sizes; `--force` queues it anyway";
  if (error.code == "QueueFull" || error.code == "StoreFull") return refused + "try again later";
  return document.title() + " was not accepted";
}

PlaceOf place_in(const JobDocument& document) {
  if (document.lines.empty()) return nullptr;
  return [&document](const std::string& path) { return document.place(path); };
}

int refuse(Context& context, const JobDocument& document, const ControlReply& reply) {
  const Error error = error_of(reply);
  context.console.note(problem_text(error, place_in(document)));
  context.console.note("  " + what_now(document, error));
  return reply.status >= kLeastServerFault ? kExitError : kExitRejected;
}

// What will hold otherwise than written.
void show_notes(Context& context, const JobDocument& document, const Json& answer) {
  for (const Json& note : field(answer, "notes")) {
    const std::string path = text_field(note, "path");
    const std::string place = document.lines.empty() ? "" : document.place(path) + ": ";
    context.console.note("note: " + place + path + ": " + text_field(note, "message"));
  }
}

// One answer as it is; of several a list.
void show_data(Context& context, OutputForm form, const Answers& answers) {
  if (answers.empty()) return;
  const Json all = answers.size() == 1 ? answers.front() : Json(answers);
  if (form == OutputForm::kJson) context.console.raw(pretty_json(all));
  if (form == OutputForm::kYaml) context.console.raw(yaml_text(all));
}

bool is_data(OutputForm form) { return form == OutputForm::kJson || form == OutputForm::kYaml; }

void show_id(Context& context, const SubmitOptions& options, const Json& answer) {
  const std::string id = text_field(answer, "id");
  const OutputForm form = output_form(options.output);
  if (is_data(form)) return;  // all of them at the end
  if (form == OutputForm::kName || options.is_quiet) return context.console.line(id);
  if (!options.waits) context.console.line(id + "  accepted; `berth wait " + id + "` watches it");
}

int submit_one(Context& context, const SubmitOptions& options, const JobDocument& document,
               Answers& answers) {
  const auto reply = send_once_more_if_broken(context, document);
  if (!reply) return fail(context, reply.error());
  if (reply->status >= kLeastRefusal) return refuse(context, document, *reply);
  auto answer = good_answer({"POST", "/v1/jobs"}, reply->body);
  if (!answer) return fail(context, answer.error());
  show_notes(context, document, *answer);
  show_id(context, options, *answer);
  answers.push_back(std::move(*answer));
  return kExitGood;
}

void show_plan(Context& context, OutputForm form, const JobDocument& document, const Json& answer) {
  const Json& decision = field(answer, "decision");
  const std::string place = text_field(decision, "cluster") + "/" + text_field(decision, "pool");
  if (is_data(form)) return;  // all of them at the end
  if (form == OutputForm::kName) return context.console.line(place);
  Json job = Json::parse(document.json);
  for (const char* name : {"name", "type", "groups"})
    if (!field(answer, name).is_null()) job[name] = answer[name];
  if (document.number > 1) context.console.line("");
  context.console.line(job_title(job));
  context.console.line("");
  context.console.lines(explain_text(decision, context.console.form().width));
  if (flag_field(decision, "placed")) context.console.line("would start now on " + place);
}

int plan_one(Context& context, const SubmitOptions& options, const JobDocument& document,
             Answers& answers) {
  const ControlRequest request{"POST", "/v1/plan", document.json};
  const auto reply = context.client.send(request);
  if (!reply) return fail(context, reply.error());
  if (!reply->is_good()) return refuse(context, document, *reply);
  auto answer = good_answer(request, reply->body);
  if (!answer) return fail(context, answer.error());
  show_notes(context, document, *answer);
  show_plan(context, output_form(options.output), document, *answer);
  answers.push_back(std::move(*answer));
  return exit_code_of_decision(answers.back()["decision"]);
}

// Whether the daemon would take it, as far as its form goes.
int check_one(Context& context, const JobDocument& document) {
  const auto reply = context.client.send({"POST", "/v1/plan", document.json});
  if (!reply) return fail(context, reply.error());
  return reply->is_good() ? kExitGood : refuse(context, document, *reply);
}

// All of them, in order; what it ends with is the first that was not good.
template <typename One>
int for_each(const Documents& documents, One one) {
  int exit_code = kExitGood;
  for (const JobDocument& document : documents) {
    const int code = one(document);
    if (exit_code == kExitGood) exit_code = code;
    if (code == kExitUnreachable) break;
  }
  return exit_code;
}

int follow_all(Context& context, const SubmitOptions& options, const Answers& answers) {
  FollowOptions follow;
  follow.timeout_ms = options.timeout_ms;
  follow.tells_past = true;
  follow.quiet = options.is_quiet || output_form(options.output) != OutputForm::kTable;
  int exit_code = kExitGood;
  for (const Json& answer : answers) {
    const int code = follow_job(context, text_field(answer, "id"), follow);
    if (exit_code == kExitGood) exit_code = code;
  }
  return exit_code;
}

}  // namespace

int run_submit(Context& context, const SubmitOptions& options) {
  if (options.is_dry) return run_plan(context, options);
  const auto documents = requests_of(options);
  if (!documents) return fail(context, documents.error());
  if (documents->size() > 1) {
    const int wrong = for_each(
        *documents, [&](const JobDocument& document) { return check_one(context, document); });
    if (wrong != kExitGood) {
      context.console.note("none of " + std::to_string(documents->size()) + " documents was sent");
      return wrong;
    }
  }
  Answers answers;
  const int refused = for_each(*documents, [&](const JobDocument& document) {
    return submit_one(context, options, document, answers);
  });
  show_data(context, output_form(options.output), answers);
  const int ended = options.waits ? follow_all(context, options, answers) : kExitGood;
  return refused != kExitGood ? refused : ended;
}

int run_plan(Context& context, const SubmitOptions& options) {
  const auto documents = requests_of(options);
  if (!documents) return fail(context, documents.error());
  Answers answers;
  const int exit_code = for_each(*documents, [&](const JobDocument& document) {
    return plan_one(context, options, document, answers);
  });
  show_data(context, output_form(options.output), answers);
  return exit_code;
}

}  // namespace berth
