#include "model/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "model/id.hpp"
#include "model/reason.hpp"
#include "model/request_fields.hpp"
#include "model/strict_json.hpp"

namespace berth {
namespace {

using nlohmann::json;

constexpr std::size_t kNameBytesMax = 63;
constexpr std::size_t kShownBytes = 120;

template <typename T, typename Less = std::less<>>
void sort_unique(std::vector<T>& values, Less less = {}) {
  std::sort(values.begin(), values.end(), less);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What a manifest says of itself.
struct ManifestFacts {
  bool is_there = false;
  std::string type;  // empty: of no known kind, which is said already
  std::string name;  // as a name of a job may be; empty: none
};

// Objects may have longer names than jobs, or leave the end of theirs to the cluster.
std::string name_in(RequestFields metadata) {
  std::string name = metadata.text("name");
  if (name.empty()) name = metadata.text("generateName");
  name.resize(std::min(name.size(), kNameBytesMax));
  while (!name.empty() && !is_name(name.substr(name.size() - 1))) name.pop_back();
  return is_name(name) ? name : std::string();
}

ManifestFacts read_manifest(RequestFields& fields, const Manifests& manifests) {
  ManifestFacts facts;
  const json* manifest = fields.find("manifest");
  if (manifest == nullptr) return facts;
  facts.is_there = true;
  RequestFields object = fields.object("manifest");
  if (!manifest->is_object()) return facts;  // which is said
  object.require("apiVersion");
  object.require("kind");
  const std::string version = object.text("apiVersion");
  const std::string kind = object.text("kind");
  if (version.empty() || kind.empty()) return facts;
  const std::string whole = version + "/" + kind;
  const auto known = manifests.find(whole);
  if (known == manifests.end()) {
    std::vector<std::string> kinds;
    for (const auto& [each, type] : manifests) kinds.push_back(each);
    const auto near = nearest(whole, kinds);
    object.refuse("kind",
                  "no job type takes " + clean_utf8(whole, kShownBytes) +
                      (kinds.empty() ? "" : "; known: " + join(kinds, ", ")),
                  near ? "nearest: \"" + *near + "\"" : "");
  } else {
    facts.type = known->second;
  }
  facts.name = name_in(object.object("metadata"));
  return facts;
}

void read_type(RequestFields& fields, const std::vector<std::string>& job_types,
               const ManifestFacts& manifest, JobClass& wanted) {
  if (!manifest.is_there) fields.require("type");
  wanted.type = fields.text("type", manifest.type);
  if (manifest.is_there && !manifest.type.empty() && wanted.type != manifest.type)
    return fields.refuse("type", "is \"" + wanted.type + "\", but the manifest is for jobs of type \"" +
                                     manifest.type + "\"; leave type out");
  if (!wanted.type.empty() && !contains(job_types, wanted.type))
    fields.refuse_word("type", wanted.type, "job type", job_types);
}

// A job has the section of its own type and of no other.
void check_sections(RequestFields& fields, const std::vector<std::string>& job_types,
                    const ManifestFacts& manifest, const std::string& type) {
  if (!contains(job_types, type)) return;
  for (const std::string& each : job_types) {
    const json* section = fields.find(each);
    if (each == type && manifest.is_there) {
      if (section != nullptr)
        fields.refuse(each, "says again what the manifest says; give one of them");
    } else if (each == type && section == nullptr)
      fields.refuse(each, "is required: what a job of type \"" + type + "\" shall do");
    else if (each == type)
      fields.object(each);
    else if (section != nullptr)
      fields.refuse(each,
                    "is for jobs of type \"" + each + "\"; this one's type is \"" + type + "\"");
  }
}

Operator operator_named(const std::string& word) {
  if (word == "NotIn") return Operator::kNotIn;
  if (word == "Exists") return Operator::kExists;
  if (word == "DoesNotExist") return Operator::kDoesNotExist;
  return Operator::kIn;
}

bool compares_values(Operator op) {
  switch (op) {
    case Operator::kIn:
    case Operator::kNotIn:
      return true;
    case Operator::kExists:
    case Operator::kDoesNotExist:
      return false;
  }
  return false;
}

Expression read_expression(RequestFields& fields) {
  fields.require("key");
  fields.require("operator");
  Expression expression;
  expression.key = fields.text("key");
  const bool has_operator = fields.find("operator") != nullptr;
  const std::string word = fields.choice("operator", {"In", "NotIn", "Exists", "DoesNotExist"});
  expression.op = operator_named(word);
  expression.values = fields.texts("values");
  const bool has_values = fields.find("values") != nullptr;
  if (has_operator && compares_values(expression.op) && !has_values)
    fields.refuse("values", "is required with " + word);
  if (has_values && compares_values(expression.op) && expression.values.empty())
    fields.refuse("values", "must have at least one value");
  if (has_values && !compares_values(expression.op))
    fields.refuse("values", "has no meaning with " + word);
  fields.refuse_others();
  return expression;
}

void normalise(std::vector<Expression>& expressions) {
  for (Expression& each : expressions) sort_unique(each.values);
  sort_unique(expressions, [](const Expression& a, const Expression& b) {
    return std::tie(a.key, a.op, a.values) < std::tie(b.key, b.op, b.values);
  });
}

void read_requires(RequestFields fields, JobClass& wanted) {
  wanted.regions = fields.texts("region");
  wanted.zones = fields.texts("zone");
  for (auto& [key, values] : fields.label_lists("labels"))
    wanted.expressions.push_back({key, Operator::kIn, std::move(values)});
  for (RequestFields& each : fields.objects("expressions"))
    wanted.expressions.push_back(read_expression(each));
  fields.refuse_others();
  sort_unique(wanted.regions);
  sort_unique(wanted.zones);
  normalise(wanted.expressions);
}

// What is wished for twice counts as much as both wishes together.
void normalise(std::vector<Preference>& preferences) {
  std::map<std::pair<std::string, std::string>, std::int64_t> weights;
  for (const Preference& each : preferences) weights[{each.key, each.value}] += each.weight;
  preferences.clear();
  for (const auto& [label, weight] : weights)
    preferences.push_back({label.first, label.second, weight});
}

void read_prefers(RequestFields& fields, JobClass& wanted) {
  for (RequestFields& each : fields.objects("prefers")) {
    each.require("labels");
    const std::int64_t weight = each.whole("weight", 1, 1, kPreferenceWeightMax);
    for (const auto& [key, value] : each.labels("labels"))
      wanted.preferences.push_back({key, value, weight});
    each.refuse_others();
  }
  normalise(wanted.preferences);
}

void read_wanted(RequestFields& fields, JobClass& wanted) {
  fields.require("project");
  wanted.project = fields.name("project");
  wanted.preemptible = fields.flag("preemptible");
  read_requires(fields.object("requires"), wanted);
  read_prefers(fields, wanted);
  wanted.cluster = fields.name("cluster");
  wanted.pool = fields.name("pool");
}

void read_retry(RequestFields fields, Request& request) {
  request.retry_limit = fields.whole("limit", -1, 0, kRetryLimitMax);
  request.retry_on = fields.texts("on");
  for (const std::string& each : request.retry_on) {
    if (!is_retry_reason(each))
      fields.refuse_word(fields.path_of("on"), each, "reason", retry_reasons());
  }
  const json* on = fields.find("on");
  if (on != nullptr && on->is_array() && on->empty())
    fields.refuse("on", "must name at least one reason; `limit: 0` means no retries");
  fields.refuse_others();
  sort_unique(request.retry_on);
}

OnClusterLost on_cluster_lost_named(const std::string& word) {
  if (word == "fail") return OnClusterLost::kFail;
  if (word == "replace") return OnClusterLost::kReplace;
  return OnClusterLost::kWait;
}

void read_time_limits(RequestFields& fields, Request& request) {
  request.start_deadline_ms = fields.duration_ms("start_deadline");
  request.run_deadline_ms = fields.duration_ms("run_deadline");
  request.ttl_after_finished_ms = fields.duration_ms("ttl_after_finished");
  request.on_cluster_lost =
      on_cluster_lost_named(fields.choice("on_cluster_lost", {"wait", "fail", "replace"}));
  if (request.on_cluster_lost == OnClusterLost::kReplace)
    fields.refuse("on_cluster_lost",
                  "`replace` is not supported by this version; use wait or fail");
}

// Doing without them would not be what was asked for.
void refuse_what_is_to_come(RequestFields& fields) {
  for (const char* name : {"secrets", "idle"}) {
    const json* value = fields.find(name);
    const bool asks = value != nullptr && !(value->is_structured() && value->empty());
    if (asks) fields.refuse(name, "is not supported by this version; leave it out");
  }
}

Request read_request(RequestFields& fields, const std::vector<std::string>& job_types,
                     const Manifests& manifests) {
  Request request;
  const ManifestFacts manifest = read_manifest(fields, manifests);
  read_type(fields, job_types, manifest, request.wanted);
  request.name = fields.name("name", manifest.name.empty() ? request.wanted.type : manifest.name);
  read_wanted(fields, request.wanted);
  request.priority = fields.whole("priority", kPriorityDefault, kPriorityLeast, kPriorityMost);
  for (auto& [key, value] : fields.labels("labels")) request.labels.emplace_back(key, value);
  read_time_limits(fields, request);
  read_retry(fields.object("retry"), request);
  request.strict = fields.flag("strict");
  refuse_what_is_to_come(fields);
  check_sections(fields, job_types, manifest, request.wanted.type);
  std::vector<std::string> sections = job_types;
  sections.push_back(request.wanted.type);  // of an unknown type enough is said
  fields.refuse_others(sections);
  return request;
}

// No program, file name or variable can hold a NUL: it would end there, and the rest be lost.
void refuse_nul(std::vector<Problem>& problems, const json& value, const std::string& path) {
  constexpr const char* kWhy = "has a NUL byte (\\u0000), which no program can be given";
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (value.is_string() && has_nul(value.get_ref<const std::string&>()))
    problems.push_back({path, kWhy, ""});
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
    refuse_nul(problems, value[i], path + "[" + std::to_string(i) + "]");
  if (!value.is_object()) return;
  for (const auto& [key, each] : value.items()) {
    if (has_nul(key)) problems.push_back({path, "the name of a field " + std::string(kWhy), ""});
    refuse_nul(problems, each, path.empty() ? key : path + "." + key);
  }
}

std::string problem_line(const Problem& problem) {
  return problem.path + ": " + problem.message + (problem.hint.empty() ? "" : "; " + problem.hint);
}

Error bad_request(std::vector<Problem> problems) {
  const std::string message = problems.size() == 1
                                  ? problem_line(problems.front())
                                  : std::to_string(problems.size()) + " fields are wrong";
  return {"BadRequest", message, std::move(problems)};
}

}  // namespace

Result<Request> parse_request(std::string_view text, const std::vector<std::string>& job_types,
                              const Manifests& manifests) {
  const auto parsed = parse_strict_json(text);
  if (!parsed) return Error{"BadRequest", parsed.error().message};
  if (!parsed->is_object()) return Error{"BadRequest", "a job request must be a JSON object"};
  std::vector<Problem> problems;
  RequestFields fields(problems, &*parsed, "");
  Request request = read_request(fields, job_types, manifests);
  if (text.find("\\u0000") != std::string_view::npos) refuse_nul(problems, *parsed, "");
  if (!problems.empty()) return bad_request(std::move(problems));
  request.bytes = text;
  return request;
}

}  // namespace berth
