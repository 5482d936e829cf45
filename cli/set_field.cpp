#include "cli/set_field.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/job_document.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

// One part of a path: a name, or a place in a list.
struct Step {
  std::string name;
  std::optional<std::size_t> index;
};

std::optional<Step> index_step(const std::string& path, std::size_t& at) {
  const std::size_t close = path.find(']', at);
  if (close == std::string::npos) return std::nullopt;
  std::size_t index = 0;
  const char* begin = path.data() + at + 1;
  const char* end = path.data() + close;
  const auto read = std::from_chars(begin, end, index);
  if (begin == end || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  at = close + 1;
  return Step{"", index};
}

std::optional<Step> name_step(const std::string& path, std::size_t& at) {
  Step step;
  while (at < path.size() && path[at] != '.' && path[at] != '[') {
    if (path[at] == '\\' && at + 1 < path.size()) ++at;
    step.name += path[at++];
  }
  if (step.name.empty()) return std::nullopt;
  return step;
}

std::optional<std::vector<Step>> steps_of(const std::string& path) {
  std::vector<Step> steps;
  std::size_t at = 0;
  while (at < path.size()) {
    const bool is_index = path[at] == '[' && !steps.empty();
    if (path[at] == '.' && !steps.empty()) ++at;
    const auto step = is_index ? index_step(path, at) : name_step(path, at);
    if (!step) return std::nullopt;
    steps.push_back(*step);
  }
  if (steps.empty() || path.back() == '.') return std::nullopt;
  return steps;
}

// The place that the step leads to, made if need be; null if what is there has no such places.
Json* walk(Json& from, const Step& step) {
  if (!step.index) {
    if (from.is_null()) from = Json::object();
    return from.is_object() ? &from[step.name] : nullptr;
  }
  if (from.is_null()) from = Json::array();
  if (!from.is_array() || *step.index > from.size()) return nullptr;
  if (*step.index == from.size()) from.push_back(nullptr);
  return &from[*step.index];
}

Result<Json> value_of(const std::string& text) {
  const auto read = read_yaml("value: " + text, "value");
  if (!read || read->size() != 1) return Error{"BadSet", "its value cannot be read"};
  const Json holder = Json::parse(read->front().json);
  if (holder.size() != 1) return Error{"BadSet", "its value cannot be read"};
  return holder.at("value");
}

Error bad_set(const std::string& assignment, const std::string& why) {
  return {"BadSet", "--set " + assignment + ": " + why};
}

}  // namespace

Result<Json> with_field_set(Json request, const std::string& assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    return bad_set(assignment, "write it as path=value, such as ray.workers[0].replicas=4");
  const auto steps = steps_of(assignment.substr(0, equals));
  if (!steps) return bad_set(assignment, "the path cannot be read; write a.b[0].c");
  const auto value = value_of(assignment.substr(equals + 1));
  if (!value) return bad_set(assignment, value.error().message);
  Json* at = &request;
  for (const Step& step : *steps) {
    at = walk(*at, step);
    if (at == nullptr) {
      return bad_set(assignment,
                     step.index ? "there is no [" + std::to_string(*step.index) + "] to set"
                                : "\"" + step.name + "\" would have to be inside a plain value");
    }
  }
  *at = *value;
  return request;
}

}  // namespace berth
