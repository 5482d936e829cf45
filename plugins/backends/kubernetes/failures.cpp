#include "failures.hpp"

#include "kubernetes_objects/fields.hpp"
#include "quantities.hpp"

namespace berth {
namespace {

using nlohmann::json;
using Kind = Failure::Kind;

constexpr std::size_t kLongestMessage = 2000;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// An answer that says why, as a Status object; of anything else its beginning.
struct Refusal {
  int code = 0;
  std::string reason;
  std::string message;
  json details;

  bool has_cause(std::string_view cause) const {
    for (const json& one : list_field(details, "causes"))
      if (text_field(one, "reason") == cause) return true;
    return false;
  }
};

Refusal read_refusal(const ApiAnswer& answer) {
  const json status = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  Refusal refusal{.code = answer.status};
  if (status.is_object() && text_field(status, "kind") == "Status") {
    refusal.reason = text_field(status, "reason");
    refusal.message = text_field(status, "message");
    refusal.details = field(status, "details");
  } else {
    refusal.message = answer.body.substr(0, answer.body.find('\n'));
  }
  if (refusal.message.size() > kLongestMessage) refusal.message.resize(kLongestMessage);
  if (refusal.message.empty()) refusal.message = "no words with it";
  return refusal;
}

// "requested: requests.cpu=8, used: requests.cpu=0, limited: requests.cpu=4": no room even when
// nobody uses anything.
bool asks_more_than_limit(std::string_view message) {
  const auto amounts_of = [&](std::string_view word) -> std::string_view {
    const std::size_t start = message.find(word);
    if (start == std::string_view::npos) return {};
    const std::string_view rest = message.substr(start + word.size());
    return rest.substr(0, std::min(rest.find(", used:"), rest.find(", limited:")));
  };
  const auto requested = amounts_of("requested: ");
  const auto limited = amounts_of("limited: ");
  return !requested.empty() && exceeds_any(requested, limited);
}

Failure quota_failure(const Refusal& refusal, const std::string& what) {
  if (asks_more_than_limit(refusal.message))
    return {
        Kind::kPermanent, "SubmissionFailed",
        what + ": it asks for more than the namespace's quota allows in all: " + refusal.message};
  return {Kind::kTransient, "QuotaExceeded",
          what + ": the namespace's quota is used up for now: " + refusal.message};
}

Failure forbidden_failure(const Refusal& refusal, const std::string& what) {
  if (refusal.has_cause("NamespaceTerminating") || has(refusal.message, "is being terminated"))
    return {Kind::kPermanent, "SubmissionFailed",
            what + ": the namespace is being deleted: " + refusal.message};
  if (has(refusal.message, "exceeded quota")) return quota_failure(refusal, what);
  if (has(refusal.message, "\"system:anonymous\""))
    return {Kind::kTransient, "Unauthorized",
            what + ": the API server does not know berthd, whose credentials may just be changing: " +
                refusal.message};
  if (has(refusal.message, " cannot "))
    return {Kind::kPermanent, "SubmissionFailed",
            what +
                ": berthd's account may not do that on this cluster; grant it the role that "
                "comes with berth: " +
                refusal.message};
  return {Kind::kPermanent, "SubmissionFailed",
          what + ": admission refused it: " + refusal.message};
}

Failure absent_failure(const Refusal& refusal, const std::string& what) {
  if (text_field(refusal.details, "kind") == "namespaces")
    return {Kind::kPermanent, "SubmissionFailed",
            what + ": namespace \"" + text_field(refusal.details, "name") +
                "\" does not exist on this cluster; create it, or name another one in the pool's "
                "settings"};
  if (has(refusal.message, "could not find the requested resource"))
    return {Kind::kPermanent, "SubmissionFailed",
            what + ": the API server knows no such kind; the operator's CRDs are not installed"};
  return {Kind::kAbsent, "", what + ": " + refusal.message};
}

// Fields that the API server or a schema does not agree with, each by its path.
std::string with_causes(const Refusal& refusal) {
  std::string text;
  for (const json& cause : list_field(refusal.details, "causes")) {
    const std::string path = text_field(cause, "field");
    text += (text.empty() ? "" : "; ") + (path.empty() ? "" : path + ": ") +
            text_field(cause, "message");
  }
  if (text.size() > kLongestMessage) text.resize(kLongestMessage);
  return text.empty() ? refusal.message : text;
}

Failure server_failure(const Refusal& refusal, const std::string& what) {
  if (has(refusal.message, "failed calling webhook"))
    return {Kind::kTransient, "AdmissionUnavailable",
            what + ": an admission webhook of the cluster does not answer: " + refusal.message};
  if (refusal.code == 503)
    return {Kind::kTransient, "ClusterUnavailable",
            what + ": the API server cannot serve now: " + refusal.message};
  return {
      Kind::kUnknown, "",
      what + ": the API server failed (" + std::to_string(refusal.code) + "): " + refusal.message};
}

Failure failure_of_answer(const Refusal& refusal, const std::string& what) {
  if (has(refusal.message, "admission webhook") && has(refusal.message, "denied the request") &&
      refusal.code < 500 && refusal.code != 429)
    return {Kind::kPermanent, "SubmissionFailed",
            what + ": an admission webhook refused it: " + refusal.message};
  switch (refusal.code) {
    case 400:
      return {Kind::kPermanent, "SubmissionFailed", what + ": " + with_causes(refusal)};
    case 401:
      return {Kind::kTransient, "Unauthorized",
              what + ": the API server does not accept the credentials: " + refusal.message};
    case 403:
      return forbidden_failure(refusal, what);
    case 404:
      return absent_failure(refusal, what);
    case 409:
      return {refusal.reason == "AlreadyExists" ? Kind::kConflict : Kind::kTransient, "Conflict",
              what + ": " + refusal.message};
    case 410:
      return {Kind::kTransient, "", what + ": " + refusal.message};
    case 413:
    case 422:
      return {Kind::kPermanent, "SubmissionFailed",
              what + ": it is not valid: " + with_causes(refusal)};
    case 408:
    case 504:  // it stopped waiting, which is not to say that nothing was done
      return {Kind::kUnknown, "", what + ": the API server took too long: " + refusal.message};
    case 429:
      return {Kind::kTransient, "RateLimited",
              what + ": the API server asks for fewer requests: " + refusal.message};
    default:
      break;
  }
  if (refusal.code >= 500) return server_failure(refusal, what);
  return {
      Kind::kPermanent, "SubmissionFailed",
      what + ": the API server answered " + std::to_string(refusal.code) + ": " + refusal.message};
}

Failure failure_of_request(const ApiFailure& failure, const std::string& what) {
  const std::string message = what + ": " + failure.message;
  switch (failure.kind) {
    case ApiFailure::Kind::kUnreachable:
      return {Kind::kTransient, "ClusterUnreachable", message};
    case ApiFailure::Kind::kUnknown:
      return {Kind::kUnknown, "", message};
    case ApiFailure::Kind::kRateLimited:
      return {Kind::kTransient, "RateLimited", message};
    case ApiFailure::Kind::kCredentials:
      return {Kind::kTransient, "Unauthorized", message};
    case ApiFailure::Kind::kBadRequest:
      return {Kind::kPermanent, "SubmissionFailed", message};
  }
  return {Kind::kUnknown, "", message};
}

}  // namespace

Failure failure_of(const ApiResult& result, std::string_view what) {
  const std::string cannot = "cannot " + std::string(what);
  if (const auto* failure = std::get_if<ApiFailure>(&result))
    return failure_of_request(*failure, cannot);
  return failure_of_answer(read_refusal(std::get<ApiAnswer>(result)), cannot);
}

void answer_failure(const Call& call, const Failure& failure) {
  switch (failure.kind) {
    case Kind::kTransient:
      return call.transient(failure.message, failure.reason);
    case Kind::kPermanent:
    case Kind::kConflict:
      return call.permanent(failure.message, failure.reason);
    case Kind::kUnknown:
      return call.unknown(failure.message);
    case Kind::kAbsent:
      return call.not_found(failure.message);
  }
}

}  // namespace berth
