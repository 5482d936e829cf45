#include "ray_object_observation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "kubernetes/pods_observation.hpp"
#include "kubernetes_objects/fields.hpp"
#include "ray_section.hpp"
#include "section/telling_line.hpp"

namespace berth {
namespace {

using nlohmann::json;

// How Ray names it; of its long advice that follows, the end may be all that was kept.
constexpr std::string_view kOutOfMemory[] = {"OutOfMemoryError",
                                             "how to address the out of memory issue"};

template <std::size_t N>
bool is_among(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string quoted(const std::string& word) { return '"' + word + '"'; }

// ---- the cluster's own status

struct Condition {
  bool is_true = false;
  std::string reason, message;
};

class ClusterStatus {
 public:
  explicit ClusterStatus(const kube::ObjectStatus& object)
      : status_(&object.status), path_(object.kind == "RayJob" ? "/rayClusterStatus" : "") {}

  std::string state() const { return kube::text_at(*status_, path_ + "/state"); }
  std::string reason() const { return kube::text_at(*status_, path_ + "/reason"); }

  std::optional<Condition> condition(std::string_view type) const {
    for (const json& each : list_field(value_at(*status_, path_ + "/conditions"))) {
      if (kube::text_at(each, "/type") != type) continue;
      return Condition{kube::text_at(each, "/status") == "True", kube::text_at(each, "/reason"),
                       kube::text_at(each, "/message")};
    }
    return std::nullopt;
  }

  bool is(std::string_view type) const {
    const auto found = condition(type);
    return found && found->is_true;
  }

  bool is_suspended() const {
    return state() == "suspended" || is("RayClusterSuspending") || is("RayClusterSuspended");
  }

  // KubeRay's own word, which may be newer than the pods that are known here.
  bool has_lost_its_head() const {
    const auto head = condition("HeadPodReady");
    return is("RayClusterProvisioned") && head && !head->is_true &&
           head->reason == "HeadPodNotFound";
  }

 private:
  const json* status_;
  std::string path_;
};

// ---- how the entrypoint ended

// What our own submitter writes where its pod's status shows it.
struct SubmitterNote {
  std::string status, message;
  int exit_code = 0;
};

std::optional<SubmitterNote> read_note(const kube::ObjectStatus& object) {
  const std::string container = main_container(object, kDriverRole, kSubmitterContainer);
  for (const kube::PodStatus& pod : object.pods) {
    const kube::ContainerStatus* submitter =
        pod.group == kDriverRole ? pod.find(container) : nullptr;
    if (submitter == nullptr || !submitter->has_ended()) continue;
    const json text = json::parse(submitter->end.message, nullptr, false);
    const std::string status = kube::text_at(text, "/berth/status");
    if (status.empty()) continue;
    return SubmitterNote{status, kube::text_at(text, "/berth/message"),
                         static_cast<int>(kube::whole_at(text, "/berth/exit_code"))};
  }
  return std::nullopt;
}

// The end of Ray's message is the end of the log.
std::string describe_failure(int exit_code, const std::string& message) {
  const std::string code = exit_code == 0 ? "" : "exit code " + std::to_string(exit_code);
  const bool has_log = message.find("last available logs") != std::string::npos;
  const std::string words = telling_line(message);
  if (code.empty() || words.empty() || !has_log) return code.empty() ? words : code;
  return code + "; last line: " + words;
}

void name_what_ran_out(Observation& seen, const std::string& message) {
  if (seen.reason != "AppFailed") return;
  for (const std::string_view words : kOutOfMemory) {
    if (message.find(words) != std::string::npos) seen.reason = "OOMKilled";
  }
  blame_memory(seen);
}

void fail_entrypoint(Observation& seen, int exit_code, const std::string& message) {
  const int code = exit_code == 0 ? 1 : exit_code;
  fail(seen, "AppFailed", code, describe_failure(code, message));
  name_what_ran_out(seen, message);
}

void stop(Observation& seen) {
  fail(seen, "AppFailed", 1, "its Ray job was stopped, by itself or by somebody else");
}

void conclude(const SubmitterNote& note, Observation& seen) {
  if (note.status == "SUCCEEDED") return succeed(seen);
  if (note.status == "STOPPED") return stop(seen);
  if (note.status == "FAILED") return fail_entrypoint(seen, note.exit_code, note.message);
  const bool was_submitted = note.status == "LOST";
  fail(seen, was_submitted ? "AppFailed" : "SubmissionFailed", note.exit_code,
       (was_submitted ? "the head lost the job: " : "the head does not take the job: ") +
           note.message);
}

// ---- what KubeRay says of a job

struct JobFailure {
  std::string_view said;
  std::string_view reason;
};

constexpr JobFailure kJobFailures[] = {
    {"AppFailed", "AppFailed"},
    {"SubmissionFailed", "SubmissionFailed"},
    {"ValidationFailed", "SubmissionFailed"},
    {"DeadlineExceeded", "DeadlineExceeded"},
    {"PreRunningDeadlineExceeded", "StartTimeout"},
    {"JobDeploymentStatusTransitionGracePeriodExceeded", "AppFailed"}};

constexpr std::string_view kJobGoesOn[] = {"", "Initializing", "Running", "Waiting"};
constexpr std::string_view kJobIsMadeAnew[] = {"Suspending", "Suspended", "Retrying"};

void fail_as_said(const kube::ObjectStatus& object, Observation& seen) {
  const std::string said = kube::text_at(object.status, "/reason");
  const std::string message = kube::text_at(object.status, "/message");
  if (kube::text_at(object.status, "/jobStatus") == "FAILED") {
    return fail_entrypoint(seen, exit_code_after("exit code ", message), message);
  }
  const auto known = std::find_if(std::begin(kJobFailures), std::end(kJobFailures),
                                  [&](const JobFailure& each) { return each.said == said; });
  if (known != std::end(kJobFailures)) {
    fail(seen, known->reason, 1, message.empty() ? said : message);
  } else {
    fail(seen, "AppFailed", 1, "KubeRay says " + quoted(said));
    say_also(seen, message);
  }
  const kube::PodStatus* submitter = find_failed(object, kDriverRole);
  if (known == std::end(kJobFailures) || known->reason != "SubmissionFailed" ||
      submitter == nullptr) {
    return;
  }
  const std::string container = main_container(object, kDriverRole, kSubmitterContainer);
  const kube::PodFailure failure = kube::failure_of(*submitter, container);
  seen.exit_code = failure.exit_code == 0 ? 1 : failure.exit_code;
  say_also(seen, failure.pod + ": " + failure.message);
}

// The pod that wrote the note ended with its JSON for a last line.
void say_as_noted(const kube::ObjectStatus& object, Observation& seen) {
  const std::string container = main_container(object, kDriverRole, kSubmitterContainer);
  for (PodError& error : seen.pod_errors) {
    if (error.container == container) error.message = seen.message;
  }
}

// True when the job is over.
bool conclude_job(const kube::ObjectStatus& object, Observation& seen) {
  if (const auto note = read_note(object)) {
    conclude(*note, seen);
    say_as_noted(object, seen);
    return true;
  }
  const std::string deployment = kube::text_at(object.status, "/jobDeploymentStatus");
  const std::string job = kube::text_at(object.status, "/jobStatus");
  if (deployment == "Complete") {
    job == "STOPPED" ? stop(seen) : succeed(seen);
  } else if (deployment == "Failed") {
    fail_as_said(object, seen);
  } else if (deployment == "ValidationFailed") {
    fail(seen, "SubmissionFailed", 1, kube::text_at(object.status, "/message"));
  } else {
    return false;
  }
  return true;
}

// True when it starts again from nothing.
bool is_made_anew(const kube::ObjectStatus& object, Observation& seen) {
  const std::string deployment = kube::text_at(object.status, "/jobDeploymentStatus");
  if (deployment == "Retrying") {
    seen.message = "KubeRay tries again";
  } else if (is_among(deployment, kJobIsMadeAnew) || ClusterStatus(object).is_suspended()) {
    say_suspended(seen);
  } else {
    return false;
  }
  return true;
}

// ---- head and workers

// In a cluster of Berth's own making no head is made anew once all were up; before that, only for
// its node's sake.
bool fail_with_head(const kube::ObjectStatus& object, Observation& seen) {
  if (is_from_manifest(object) || object.is_deleting) return false;
  const kube::PodStatus* alive = object.find_pod(kHeadGroup);
  if (alive != nullptr && !alive->has_ended()) return false;
  const ClusterStatus cluster(object);
  if (const kube::PodStatus* failed = find_failed(object, kHeadGroup)) {
    const kube::PodFailure failure =
        kube::failure_of(*failed, main_container(object, kHeadGroup, kHeadContainer));
    const bool may_come_again = failure.reason == "NodeLost" || failure.reason == "Evicted";
    if (may_come_again && !cluster.is("RayClusterProvisioned")) return false;
    fail_with(seen, failure, true);
    return true;
  }
  if (!cluster.has_lost_its_head()) return false;
  fail(seen, "Evicted", 0, "the head's pod was deleted by somebody else, or with its node");
  return true;
}

void say_what_is_missing(const kube::ObjectStatus& object,
                         const std::optional<kube::Trouble>& trouble, bool head_is_ready,
                         Observation& seen) {
  const auto failure = ClusterStatus(object).condition("ReplicaFailure");
  if (trouble) {
    seen.message = trouble->message;
  } else if (failure && failure->is_true) {
    const auto known =
        kube::trouble_of(kube::Warning{.reason = failure->reason, .message = failure->message});
    seen.message = known ? known->message : failure->reason;
  } else if (!head_is_ready) {
    const bool is_seen_to = !object.status.empty() || !object.pods.empty();
    seen.message = is_seen_to ? "head starting" : "waits for KubeRay";
  } else {
    seen.message =
        std::to_string(seen.ready) + " of " + std::to_string(seen.wanted) + " workers ready";
  }
}

void observe_nodes(const kube::ObjectStatus& object, Observation& seen) {
  const std::optional<kube::Trouble> trouble = kube::find_trouble(object);
  if (fail_with_head(object, seen) || fail_if_hopeless(seen, trouble)) return;
  const kube::PodStatus* head = object.find_pod(kHeadGroup);
  const bool head_is_ready = head != nullptr && head->is_running() && head->is_ready;
  if (head_is_ready && seen.ready >= seen.wanted) {
    seen.state = "ready";
    return;
  }
  seen.state = head != nullptr && head->is_running() ? "running" : "starting";
  say_what_is_missing(object, trouble, head_is_ready, seen);
}

// They may come with a newer KubeRay.
void say_what_is_unknown(const kube::ObjectStatus& object, Observation& seen) {
  constexpr std::string_view kStates[] = {"", "ready", "failed", "suspended"};
  constexpr std::string_view kJobs[] = {"",        "PENDING",   "RUNNING",
                                        "STOPPED", "SUCCEEDED", "FAILED"};
  const ClusterStatus cluster(object);
  const std::string deployment = kube::text_at(object.status, "/jobDeploymentStatus");
  const std::string job = kube::text_at(object.status, "/jobStatus");
  if (!is_among(cluster.state(), kStates)) {
    say_also(seen, "KubeRay says of the cluster " + quoted(cluster.state()));
  }
  if (!is_among(deployment, kJobGoesOn) && !is_among(deployment, kJobIsMadeAnew)) {
    say_also(seen, "KubeRay says of the job " + quoted(deployment));
  }
  if (!is_among(job, kJobs)) say_also(seen, "Ray says of the job " + quoted(job));
  if (cluster.state() == "failed") say_also(seen, "KubeRay: " + cluster.reason());
  if (object.is_deleting) say_also(seen, "its object is being deleted");
}

void give_clients_the_token(const kube::ObjectStatus& object, Observation& seen) {
  if (is_from_manifest(object)) return;  // its token, if it asks for one, is not Berth's
  seen.environment = {{"RAY_AUTH_MODE", "token"}, {"RAY_AUTH_TOKEN", "{token}"}};
}

}  // namespace

Observation observe_ray_object(const kube::ObjectStatus& object, const json& groups) {
  Observation seen =
      observe_pods(object, groups, {.leader = kHeadGroup, .not_workers = {kDriverRole}});
  give_clients_the_token(object, seen);
  if (object.kind == "RayJob" && conclude_job(object, seen)) return seen;
  if (object.is_gone) {
    fail_as_deleted(seen, object);
    return seen;
  }
  if (!is_made_anew(object, seen)) {
    observe_nodes(object, seen);
    if (seen.state != "failed") say_what_is_unknown(object, seen);
  }
  return seen;
}

}  // namespace berth
