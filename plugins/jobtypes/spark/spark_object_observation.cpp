#include "spark_object_observation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kubernetes/pods_observation.hpp"
#include "section/telling_line.hpp"
#include "spark_section.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::string_view kState = "/applicationState/state";
constexpr std::string_view kError = "/applicationState/errorMessage";

// What each of the operator's states means.
enum class Meaning { kGoesOn, kIsMadeAnew, kIsSuspended, kSucceeded, kFailed, kNotSubmitted, kUnknown };

struct StateRow {
  std::string_view state;
  Meaning meaning;
};

constexpr StateRow kStates[] = {{"", Meaning::kGoesOn},
                                {"SUBMITTED", Meaning::kGoesOn},
                                {"RUNNING", Meaning::kGoesOn},
                                {"SUCCEEDING", Meaning::kGoesOn},
                                {"FAILING", Meaning::kGoesOn},
                                {"PENDING_RERUN", Meaning::kIsMadeAnew},
                                {"INVALIDATING", Meaning::kIsMadeAnew},
                                {"SUSPENDING", Meaning::kIsSuspended},
                                {"SUSPENDED", Meaning::kIsSuspended},
                                {"RESUMING", Meaning::kIsSuspended},
                                {"COMPLETED", Meaning::kSucceeded},
                                {"FAILED", Meaning::kFailed},
                                {"SUBMISSION_FAILED", Meaning::kNotSubmitted}};

Meaning meaning_of(std::string_view state) {
  const auto row = std::find_if(std::begin(kStates), std::end(kStates),
                                [&](const StateRow& each) { return each.state == state; });
  return row == std::end(kStates) ? Meaning::kUnknown : row->meaning;
}

std::string state_of(const kube::ObjectStatus& object) {
  return kube::text_at(object.status, std::string(kState));
}

std::string error_of(const kube::ObjectStatus& object) {
  return kube::text_at(object.status, std::string(kError));
}

// The words of the operator, and of the log of spark-submit that follows them the line that says why.
std::string describe_refusal(const kube::ObjectStatus& object) {
  const std::string error = error_of(object);
  if (error.find('\n') == std::string::npos) return error;
  return "spark-submit failed: " + telling_line(error);
}

// The operator goes by the driver's container, which has ended a moment before its pod has.
const kube::PodStatus* find_failed_driver(const kube::ObjectStatus& object,
                                          const std::string& container) {
  if (const kube::PodStatus* failed = find_failed(object, kDriverRole)) return failed;
  const kube::PodStatus* driver = object.find_pod(kDriverRole);
  const kube::ContainerStatus* main = driver == nullptr ? nullptr : driver->find(container);
  return main != nullptr && main->has_ended() && !main->end.is_good() ? driver : nullptr;
}

// "driver container failed with ExitCode: 3, Reason: Error": what the operator saw of a driver of
// which we have not heard yet.
void fail_with_words(const kube::ObjectStatus& object, const std::string& words, Observation& seen) {
  const bool is_over_memory = words.find("Reason: OOMKilled") != std::string::npos;
  const int exit_code = exit_code_after("ExitCode: ", words);
  fail(seen, is_over_memory ? "OOMKilled" : "AppFailed", exit_code == 0 ? 1 : exit_code,
       describe_refusal(object));
}

// The job fails as its driver's container did; if there was none, as the operator says.
void fail_with_driver(const kube::ObjectStatus& object, Observation& seen) {
  const std::string container = main_container(object, kDriverRole, kDriverContainer);
  if (const kube::PodStatus* driver = find_failed_driver(object, container)) {
    fail_with(seen, kube::failure_of(*driver, container), false);
    if (seen.exit_code == 0) seen.exit_code = 1;
    return;
  }
  const std::string error = error_of(object);
  const bool was_submitted = kube::whole_at(object.status, "/executionAttempts") > 0;
  const bool vanished = error.find("driver pod not found") != std::string::npos;
  if (!was_submitted) return fail(seen, "SubmissionFailed", 1, describe_refusal(object));
  if (!vanished) return fail_with_words(object, error, seen);
  fail(seen, "Evicted", 1, "the driver's pod was deleted by somebody else, or with its node");
}

// Beside a driver that failed, an executor that ran out of memory is why.
void name_what_ran_out(Observation& seen) {
  if (seen.state == "failed" && seen.reason == "AppFailed") blame_memory(seen);
}

// The driver's pod may have ended before the operator says so. A second run of a manifest is the
// operator's matter.
bool conclude_by_driver(const kube::ObjectStatus& object, Observation& seen) {
  const kube::PodStatus* driver = object.find_pod(kDriverRole);
  if (driver == nullptr || !driver->has_ended()) return false;
  driver->has_failed() ? fail_with_driver(object, seen) : succeed(seen);
  return true;
}

void observe_running(const kube::ObjectStatus& object, Observation& seen) {
  const std::optional<kube::Trouble> trouble = kube::find_trouble(object);
  if (fail_if_hopeless(seen, trouble)) return;
  const kube::PodStatus* driver = object.find_pod(kDriverRole);
  const bool driver_runs = driver != nullptr && driver->is_running();
  if (driver_runs && driver->is_ready && seen.ready >= seen.wanted) {
    seen.state = "ready";
    return;
  }
  seen.state = driver_runs ? "running" : "starting";
  if (trouble) {
    seen.message = trouble->message;
  } else if (driver_runs) {
    seen.message =
        std::to_string(seen.ready) + " of " + std::to_string(seen.wanted) + " executors ready";
  } else {
    seen.message = state_of(object).empty() ? "waits for the Spark operator" : "driver starting";
  }
}

void observe(const kube::ObjectStatus& object, Observation& seen) {
  const std::string state = state_of(object);
  switch (meaning_of(state)) {
    case Meaning::kSucceeded: return succeed(seen);
    case Meaning::kFailed: return fail_with_driver(object, seen);
    case Meaning::kNotSubmitted: return fail(seen, "SubmissionFailed", 1, describe_refusal(object));
    case Meaning::kIsMadeAnew: seen.message = "the operator submits it again"; return;
    case Meaning::kIsSuspended: return say_suspended(seen);
    case Meaning::kGoesOn:
    case Meaning::kUnknown: break;
  }
  if (conclude_by_driver(object, seen)) return;
  observe_running(object, seen);
  if (seen.state == "failed") return;
  if (meaning_of(state) == Meaning::kUnknown) say_also(seen, "the operator says \"" + state + '"');
  if (object.is_deleting) say_also(seen, "its object is being deleted");
}

}  // namespace

Observation observe_spark_object(const kube::ObjectStatus& object, const json& groups) {
  Observation seen = observe_pods(object, groups, {.leader = kDriverRole, .not_workers = {}});
  if (!is_from_manifest(object)) seen.environment = {{"_SPARK_AUTH_SECRET", "{token}"}};
  if (object.is_gone) {
    fail_as_deleted(seen, object);
    return seen;
  }
  observe(object, seen);
  name_what_ran_out(seen);
  return seen;
}

}  // namespace berth
