#include <nlohmann/json.hpp>

#include "control/job_lookup.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"
#include "control/wish.hpp"

namespace berth {
namespace {

using EngineAction = void (Engine::*)(const std::string&, const Actor&, Reply<Nothing>);

enum class Finished { kIsFine, kIsConflict };

// A kill after the end is granted already; to hold or resume what is over means nothing.
Response finished_response(const Job& job, Finished finished) {
  const std::string phase(phase_name(job.phase));
  const std::string message = "job " + job.id + " had ended already: " + phase;
  if (finished == Finished::kIsConflict) return error_response({"Conflict", message});
  return json_response({{"phase", phase}, {"message", message}});
}

// The engine knows unfinished jobs only; between our look and its look this one may have ended.
Response refused_response(Control& control, const std::string& id, const Error& error,
                          Finished finished) {
  if (error.code == "NotFound") {
    const auto job = find_job(control, id);
    if (job && is_terminal(job->phase)) return finished_response(*job, finished);
  }
  return error_response(error);
}

void act(Control& control, const SharedCall& call, Respond answer, ReasonIs reason,
         EngineAction action, Finished finished) {
  const auto actor = read_actor(*call, reason);
  if (!actor) return answer(error_response(actor.error()));
  const auto job = find_job_to_act_on(control, *call);
  if (!job) return answer(error_response(job.error()));
  if (is_terminal(job->phase)) return answer(finished_response(*job, finished));
  const auto reply = [&control, id = job->id, finished,
                      answer = std::move(answer)](const Result<Nothing>& done) {
    if (done) return answer(json_response(Json::object()));
    control.io.run([&control, id, finished, answer, error = done.error()] {
      answer(refused_response(control, id, error, finished));
    });
  };
  control.loop.post([&control, id = job->id, actor = *actor, action, reply] {
    (control.engine.*action)(id, actor, reply);
  });
}

}  // namespace

void kill_job(Control& control, SharedCall call, Respond answer) {
  act(control, call, std::move(answer), ReasonIs::kRequired, &Engine::kill, Finished::kIsFine);
}

void hold_job(Control& control, SharedCall call, Respond answer) {
  act(control, call, std::move(answer), ReasonIs::kOptional, &Engine::hold, Finished::kIsConflict);
}

void resume_job(Control& control, SharedCall call, Respond answer) {
  act(control, call, std::move(answer), ReasonIs::kOptional, &Engine::resume,
      Finished::kIsConflict);
}

void requeue_job(Control& control, SharedCall call, Respond answer) {
  act(control, call, std::move(answer), ReasonIs::kOptional, &Engine::requeue,
      Finished::kIsConflict);
}

}  // namespace berth
