#include "cli/good_answer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/json_field.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

enum class Kind { kText, kFlag, kObject, kObjects, kDecision, kDecisionOrNone };

// Without this an answer says nothing. Of the rest, more or less may be there: a daemon may be older
// or newer than its command line.
struct Promise {
  std::string_view question;  // "*" stands for a job
  std::string_view member;
  Kind kind;
};

constexpr Promise kPromises[] = {
    {"GET /v1/jobs", "jobs", Kind::kObjects},
    {"POST /v1/jobs", "id", Kind::kText},
    {"GET /v1/jobs/*", "id", Kind::kText},
    {"GET /v1/jobs/*", "phase", Kind::kText},
    {"GET /v1/jobs/*/explain", "decision", Kind::kDecisionOrNone},
    {"GET /v1/jobs/*/events", "events", Kind::kObjects},
    {"GET /v1/jobs/*/attempts", "attempts", Kind::kObjects},
    {"GET /v1/jobs/*/endpoints", "endpoints", Kind::kObject},
    {"POST /v1/plan", "decision", Kind::kDecision},
    {"GET /v1/clusters", "clusters", Kind::kObjects},
    {"GET /v1/pools", "pools", Kind::kObjects},
    {"GET /v1/owners", "owners", Kind::kObjects},
    {"GET /v1/projects", "projects", Kind::kObjects},
    {"GET /v1/plugins", "plugins", Kind::kObjects},
    {"GET /v1/strays", "strays", Kind::kObjects},
    {"GET /v1/server", "version", Kind::kText},
    {"GET /readyz", "ready", Kind::kFlag},
    {"GET /readyz", "checks", Kind::kObjects},
};

// "GET /v1/jobs/*/events" of "/v1/jobs/j7k2m7qx4taabc/events?since=1-4".
std::string question_of(const ControlRequest& request) {
  constexpr std::string_view kJobs = "/v1/jobs/";
  std::string target = request.target.substr(0, request.target.find('?'));
  if (target.starts_with(kJobs)) {
    const auto end = std::min(target.find('/', kJobs.size()), target.size());
    target.replace(kJobs.size(), end - kJobs.size(), "*");
  }
  return request.method + " " + target;
}

bool is_decision(const Json& value) { return field(value, "placed").is_boolean(); }

bool is_of(Kind kind, const Json& value) {
  const auto is_object = [](const Json& item) { return item.is_object(); };
  switch (kind) {
    case Kind::kText:
      return value.is_string() && !value.get_ref<const std::string&>().empty();
    case Kind::kFlag:
      return value.is_boolean();
    case Kind::kObject:
      return value.is_object();
    case Kind::kObjects:
      return value.is_array() && std::all_of(value.begin(), value.end(), is_object);
    case Kind::kDecision:
      return is_decision(value);
    case Kind::kDecisionOrNone:
      return value.is_null() || is_decision(value);
  }
  return false;
}

Error no_berthd(const std::string& question, const std::string& what) {
  return {kBadReply,
          "what answers at this socket is no berthd, or one of another version: its answer to " +
              question + " " + what};
}

}  // namespace

Result<Json> good_answer(const ControlRequest& request, const std::string& body) {
  const std::string asked = request.method + " " + request.target;
  Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_object())
    return no_berthd(asked, answer.is_discarded() ? "is no JSON" : "is no object");
  const std::string question = question_of(request);
  for (const Promise& promise : kPromises) {
    if (promise.question != question) continue;
    const auto member = answer.find(promise.member);
    if (member == answer.end() || !is_of(promise.kind, *member))
      return no_berthd(asked, "has no good \"" + std::string(promise.member) + "\"");
  }
  return answer;
}

}  // namespace berth
