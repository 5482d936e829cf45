#include <nlohmann/json.hpp>

#include "control/ask_loop.hpp"
#include "control/job_lookup.hpp"
#include "control/query.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "control/submission.hpp"
#include "scheduler/decision_json.hpp"
#include "scheduler/decision_record.hpp"
#include "status/job_json.hpp"
#include "status/json_text.hpp"

namespace berth {
namespace {

Json as_json(const Decision& decision) { return parsed_or_null(decision_json(decision)); }

// An older Berth stored what was shown.
Result<Json> shown(const DecisionRecord& record) {
  if (record.moment.empty()) return parsed_or_null(record.table);
  const auto decision = decode_decision(record.table, record.moment);
  if (!decision) return decision.error();
  return as_json(*decision);
}

// How the decision was made that put the job where it is or was; null: it never had a place.
Response recorded_decision(Control& control, const Job& job, int attempt) {
  if (attempt == 0) return json_response({{"decision", nullptr}, {"now", false}});
  const auto record = control.readers.borrow()->decision(job.id, attempt);
  if (!record)
    return error_response({"NotFound", "no decision is recorded for attempt " +
                                           std::to_string(attempt) + " of job " + job.id});
  const auto decision = shown(*record);
  if (!decision) return error_response(decision.error());
  return json_response({{"decision", *decision}, {"now", false}});
}

void explain_waiting(Control& control, const Job& job, Respond answer) {
  ask_loop(
      control, [id = job.id](Engine& engine) { return engine.explain(id); },
      [&control, job, answer = std::move(answer)](const Result<Decision>& decision) {
        if (decision)
          return answer(json_response({{"decision", as_json(*decision)}, {"now", true}}));
        const auto again = find_job(control, job.id);  // it was placed meanwhile
        const Job& newest = again ? *again : job;
        answer(recorded_decision(control, newest, newest.attempt.number));
      });
}

}  // namespace

void explain_job(Control& control, SharedCall call, Respond answer) {
  const auto query = Query::of(*call, {"attempt"});
  if (!query) return answer(error_response(query.error()));
  const auto job = find_job(control, call->names.at("id"));
  if (!job) return answer(error_response(job.error()));
  const auto attempt = query->number("attempt", job->attempt.number, 0, 1'000'000);
  if (!attempt) return answer(error_response(attempt.error()));
  if (job->phase == Phase::kPending && !query->has("attempt"))
    return explain_waiting(control, *job, std::move(answer));
  answer(recorded_decision(control, *job, static_cast<int>(*attempt)));
}

void plan_job(Control& control, SharedCall call, Respond answer) {
  auto submission = read_submission(control, call->principal, {call->body, ""});
  if (!submission) return answer(error_response(submission.error()));
  ask_loop(
      control, [job = submission->job](Engine& engine) { return engine.plan(job); },
      [job = submission->job, notes = std::move(submission->notes),
       answer = std::move(answer)](const Decision& decision) {
        Json body{{"decision", as_json(decision)},
                  {"name", job.name},
                  {"type", job.wanted->type},
                  {"groups", groups_json(job.wanted->groups)}};
        if (!notes.empty()) body["notes"] = notes_json(notes);
        answer(json_response(body));
      });
}

}  // namespace berth
