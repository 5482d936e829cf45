#include <nlohmann/json.hpp>

#include "control/job_lookup.hpp"
#include "control/replies.hpp"
#include "control/routes.hpp"

namespace berth {
namespace {

// A job type may say what a client's environment must hold; "{token}" stands for the job's token,
// which the type never writes down.
Json client_environment(const Attempt& attempt, const std::string& token) {
  constexpr std::string_view kPlace = "{token}";
  const Json seen = parsed_or_null(attempt.status);
  Json environment = Json::object();
  if (!seen.is_object() || !seen.contains("environment") || !seen["environment"].is_object())
    return environment;
  for (const auto& [name, value] : seen["environment"].items()) {
    if (!value.is_string()) continue;
    std::string text = value.get<std::string>();
    if (const auto at = text.find(kPlace); at != std::string::npos)
      text.replace(at, kPlace.size(), token);
    environment[name] = text;
  }
  return environment;
}

}  // namespace

void show_endpoints(Control& control, SharedCall call, Respond answer) {
  const auto job = find_job_to_act_on(control, *call);
  if (!job) return answer(error_response(job.error()));
  if (!job->has_live_attempt())
    return answer(error_response({"Conflict", "job " + job->id + " is " +
                                                  std::string(phase_name(job->phase)) +
                                                  ": it has no endpoints while it does not run"}));
  const std::string token = control.tokens.token(job->id, job->attempt.number);
  Json body{{"endpoints", endpoints_json(job->attempt)}, {"token", token}};
  Json environment = client_environment(job->attempt, token);
  if (!environment.empty()) body["environment"] = std::move(environment);
  answer(json_response(body));
}

}  // namespace berth
