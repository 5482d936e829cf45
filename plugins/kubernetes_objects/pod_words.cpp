#include "kubernetes_objects/pod_words.hpp"

#include <algorithm>

#include "section/telling_line.hpp"

namespace berth::kube {
namespace {

constexpr std::size_t kWordsMax = 300;
constexpr int kKilled = 137;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t N>
bool is_among(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string cut(std::string_view text) {
  if (text.size() <= kWordsMax) return std::string(text);
  return std::string(text.substr(0, kWordsMax)) + "...";
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = line.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlank) + 1 - begin);
}

std::string with(std::string_view words, std::string_view message) {
  const std::string_view more = trimmed(message);
  return std::string(words) + (more.empty() ? "" : ": " + cut(more));
}

// ---- how pods and containers end

constexpr std::string_view kEvictions[] = {"Evicted",
                                           "Preempting",
                                           "Preempted",
                                           "OutOfcpu",
                                           "OutOfmemory",
                                           "OutOfpods",
                                           "UnexpectedAdmissionError",
                                           "EvictionByEvictionAPI",
                                           "PreemptionByScheduler"};
constexpr std::string_view kLostNodes[] = {"NodeLost", "NodeShutdown", "Shutdown", "Terminated",
                                           "NodeAffinity", "DeletionByTaintManager",
                                           "DeletionByPodGC"};

// Empty: it is its containers' matter.
std::string reason_of_pod(const PodStatus& pod) {
  if (is_among(pod.reason, kEvictions)) return "Evicted";
  if (is_among(pod.reason, kLostNodes)) return "NodeLost";
  if (pod.reason == "DeadlineExceeded") return "DeadlineExceeded";
  return {};
}

std::string reason_of_end(const PodStatus& pod, const ContainerEnd& end) {
  if (end.reason == "OOMKilled") return "OOMKilled";
  const std::string of_pod = reason_of_pod(pod);
  return of_pod.empty() ? "AppFailed" : of_pod;
}

std::string describe_pod(const PodStatus& pod) {
  if (pod.reason.empty() && pod.message.empty()) return "the pod failed, and does not say why";
  return with(pod.reason.empty() ? "the pod failed" : pod.reason, pod.message);
}

PodFailure failure_from(const PodStatus& pod, const std::string& container,
                        const ContainerEnd& end) {
  PodFailure failure{pod.name,          container,     reason_of_end(pod, end),
                     describe_end(end), end.exit_code, end.ended_ms};
  if (!reason_of_pod(pod).empty()) failure.message = describe_pod(pod) + "; " + failure.message;
  return failure;
}

PodFailure failure_from(const PodStatus& pod) {
  const std::string reason = reason_of_pod(pod);
  return {pod.name,          "", reason.empty() ? "AppFailed" : reason,
          describe_pod(pod), 0,  pod.created_ms};
}

// ---- what keeps pods from coming up

constexpr std::string_view kNotInRegistry[] = {
    "code = NotFound", ": not found",   "manifest unknown",    "name unknown",
    "does not exist",  "access denied", "unauthorized",        "401 Unauthorized",
    "403 Forbidden",   "denied:",       "authorization failed"};

// A registry that answered, and will answer the same again. One that does not answer may yet.
bool is_refused_by_registry(std::string_view message) {
  return std::any_of(std::begin(kNotInRegistry), std::end(kNotInRegistry),
                     [&](std::string_view part) { return contains(message, part); });
}

std::string named(const PodStatus& pod, std::string_view container) {
  return pod.name + (container.empty() ? "" : "/" + std::string(container)) + ": ";
}

std::string image_words(const ContainerStatus& container) {
  return container.image.empty() ? "its image" : "image " + container.image;
}

std::string describe_crashes(const ContainerStatus& container) {
  return "ends again and again (" + std::to_string(container.restarts) +
         (container.restarts == 1 ? " restart)" : " restarts)") +
         (container.was_started_again ? ": " + describe_end(container.last) : "");
}

constexpr std::string_view kOnlyNeedsTime[] = {"", "ContainerCreating", "PodInitializing"};

std::optional<Trouble> trouble_of(const ContainerStatus& container) {
  const std::string& reason = container.waits_for;
  const std::string& message = container.waits_message;
  if (!container.is_waiting() || is_among(reason, kOnlyNeedsTime)) return std::nullopt;
  if (reason == "ErrImagePull" || reason == "ImagePullBackOff") {
    return Trouble{with("cannot pull " + image_words(container), message),
                   is_refused_by_registry(message)};
  }
  if (reason == "InvalidImageName") {
    return Trouble{with("there can be no " + image_words(container), message), true};
  }
  if (reason == "ErrImageNeverPull") {
    return Trouble{
        with(image_words(container) + " is not on the node, and may not be pulled", message), true};
  }
  if (reason == "CrashLoopBackOff") return Trouble{describe_crashes(container)};
  if (reason == "CreateContainerConfigError") return Trouble{with("cannot be set up", message)};
  return Trouble{with(reason, message)};
}

std::string describe_unscheduled(const PodStatus& pod) {
  if (pod.unscheduled_reason == "SchedulingGated") {
    return with("waits for its scheduling gates", pod.unscheduled_message);
  }
  return with("no node takes it", pod.unscheduled_message);
}

// ---- complaints

constexpr std::string_view kMounts[] = {"FailedMount", "FailedAttachVolume", "FailedMapVolume"};

// What comes before is the name of what was refused, which says nothing to people.
std::string_view from(std::string_view message, std::string_view part) {
  return message.substr(message.find(part));
}

bool is_about_one_that_is_up(const ObjectStatus& object, const Warning& warning) {
  return std::any_of(object.pods.begin(), object.pods.end(), [&](const PodStatus& pod) {
    return warning.on == "Pod/" + pod.name && (pod.is_ready || !pod.is_there());
  });
}

}  // namespace

std::string describe_end(const ContainerEnd& end) {
  constexpr std::string_view kUsual[] = {"", "Error", "Completed"};
  if (end.reason == "OOMKilled") {
    const std::string code =
        end.exit_code == kKilled ? "" : " (exit code " + std::to_string(end.exit_code) + ")";
    return "out of memory: over the container's limit" + code;
  }
  const std::string code = end.signal != 0 ? "killed by signal " + std::to_string(end.signal)
                                           : "exit code " + std::to_string(end.exit_code);
  if (!is_among(end.reason, kUsual)) return with(code + "; " + end.reason, end.message);
  const std::string words = telling_line(end.message);
  return words.empty() ? code : code + "; last line: " + words;
}

std::vector<PodFailure> failures_of(const PodStatus& pod) {
  std::vector<PodFailure> failures;
  for (const ContainerStatus& container : pod.containers) {
    if (container.was_started_again && !container.last.is_good()) {
      failures.push_back(failure_from(pod, container.name, container.last));
    }
    if (container.has_ended() && !container.end.is_good()) {
      failures.push_back(failure_from(pod, container.name, container.end));
    }
  }
  if (failures.empty() && pod.has_failed()) failures.push_back(failure_from(pod));
  return failures;
}

PodFailure failure_of(const PodStatus& pod, std::string_view container) {
  const std::vector<PodFailure> all = failures_of(pod);
  // The newest of its own stand last.
  const auto own = std::find_if(all.rbegin(), all.rend(), [&](const PodFailure& failure) {
    return failure.container == container;
  });
  if (own != all.rend()) return *own;
  return all.empty() ? failure_from(pod) : all.back();
}

std::optional<Trouble> trouble_of(const PodStatus& pod) {
  if (!pod.is_there()) return std::nullopt;
  if (pod.is_unscheduled) return Trouble{named(pod, "") + describe_unscheduled(pod)};
  std::optional<Trouble> worst;
  for (const ContainerStatus& container : pod.containers) {
    std::optional<Trouble> found = trouble_of(container);
    if (!found || (worst && !found->is_permanent)) continue;
    worst = Trouble{named(pod, container.name) + found->message, found->is_permanent};
    if (worst->is_permanent) break;
  }
  return worst;
}

std::optional<Trouble> trouble_of(const Warning& warning) {
  const std::string& message = warning.message;
  if (contains(message, "exceeded quota")) {
    return Trouble{"the namespace's quota has no room: " + cut(from(message, "exceeded quota"))};
  }
  if (contains(message, "is forbidden")) {
    return Trouble{"the API server refuses a pod: " + cut(from(message, "is forbidden"))};
  }
  if (is_among(warning.reason, kMounts)) return Trouble{with("a volume is missing", message)};
  if (warning.reason.starts_with("Failed") && warning.reason != "FailedScheduling") {
    return Trouble{with(warning.reason, message)};
  }
  return std::nullopt;
}

std::optional<Trouble> find_trouble(const ObjectStatus& object) {
  std::optional<Trouble> worst;
  for (const PodStatus& pod : object.pods) {
    std::optional<Trouble> found = trouble_of(pod);
    if (found && (!worst || found->is_permanent)) worst = found;
    if (worst && worst->is_permanent) return worst;
  }
  if (worst) return worst;
  for (auto warning = object.warnings.rbegin(); warning != object.warnings.rend(); ++warning) {
    if (is_about_one_that_is_up(object, *warning)) continue;
    if (std::optional<Trouble> found = trouble_of(*warning)) return found;
  }
  return std::nullopt;
}

}  // namespace berth::kube
