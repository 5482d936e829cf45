#include "cli/manifest.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "cli/json_field.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kPrefix = "berth.dev/";
// Fields of a request that an annotation may say.
constexpr std::string_view kTexts[] = {"name",           "project",      "cluster",
                                       "pool",           "start_deadline", "run_deadline",
                                       "on_cluster_lost", "ttl_after_finished"};
constexpr std::string_view kNumbers[] = {"priority"};
constexpr std::string_view kFlags[] = {"preemptible"};

// Annotations are text; one that is no number goes on as it is, so that the daemon says so.
Json number_in(const std::string& text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool is_whole = !text.empty() && read.ec == std::errc{} && read.ptr == end;
  return is_whole ? Json(number) : Json(text);
}

Json flag_in(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return text;
}

}  // namespace

bool is_manifest(const Json& document) {
  return field(document, "apiVersion").is_string() && field(document, "kind").is_string();
}

Json request_of_manifest(Json manifest) {
  Json request = Json::object();
  const Json& annotations = field(field(manifest, "metadata"), "annotations");
  const auto take = [&](std::string_view name, auto meaning) {
    const std::string key = std::string(kPrefix) + std::string(name);
    const Json& value = field(annotations, key);
    if (value.is_string()) request[std::string(name)] = meaning(value.get<std::string>());
  };
  for (const std::string_view name : kTexts) take(name, [](std::string text) { return text; });
  for (const std::string_view name : kNumbers) take(name, number_in);
  for (const std::string_view name : kFlags) take(name, flag_in);
  request["manifest"] = std::move(manifest);
  return request;
}

std::string manifest_title(const Json& manifest) {
  const std::string kind = text_field(manifest, "kind");
  const std::string name = text_field(field(manifest, "metadata"), "name");
  return name.empty() ? kind : kind + " \"" + name + "\"";
}

}  // namespace berth
