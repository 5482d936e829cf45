#include "cli/live_names.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/json_field.hpp"
#include "model/phase.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kPatience{1};

// Which list answers for an argument or option, and what of it is shown.
struct Source {
  std::string_view what;
  std::string_view target;
  std::string_view list;
  std::string_view word;
  std::string_view meaning;
};

constexpr std::string_view kUnfinished =
    "/v1/jobs?limit=200&phase=Pending,Scheduled,Launching,Running,Releasing,Killing";

constexpr Source kSources[] = {
    {"jobs", kUnfinished, "jobs", "id", "name"},
    {"job", "/v1/jobs?limit=200", "jobs", "id", "name"},
    {"cluster", "/v1/clusters", "clusters", "name", "state"},
    {"project", "/v1/projects", "projects", "name", "owner"},
    {"owner", "/v1/owners", "owners", "name", "title"},
    {"pool", "/v1/pools", "pools", "name", "cluster"},
    {"sku", "/v1/pools", "pools", "sku", "name"},
    {"id", "/v1/plugins", "plugins", "id", "summary"},
};

Json fetch(ControlClient& client, std::string_view target) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  std::string body;
  const auto reply = client.stream(
      {"GET", std::string(target)},
      [&](std::string_view piece) {
        body += piece;
        return std::chrono::steady_clock::now() < until;
      },
      [&] { return std::chrono::steady_clock::now() < until; });
  return reply && reply->is_good() ? Json::parse(body, nullptr, false) : Json();
}

std::vector<Candidate> skus_of(const Json& pools) {
  std::set<std::string> skus;
  for (const Json& pool : pools)
    for (const Json& shape : field(pool, "shapes")) skus.insert(text_field(shape, "sku"));
  skus.erase("");
  std::vector<Candidate> all;
  for (const std::string& sku : skus) all.push_back({sku, ""});
  return all;
}

std::vector<Candidate> phases() {
  std::vector<Candidate> all;
  for (const Phase phase : kAllPhases) all.push_back({std::string(phase_name(phase)), ""});
  return all;
}

}  // namespace

std::vector<Candidate> live_names(ControlClient& client, const std::string& what) {
  if (what == "phase") return phases();
  for (const Source& source : kSources) {
    if (source.what != what) continue;
    const Json answer = fetch(client, source.target);
    const Json& list = field(answer, source.list);
    if (source.what == "sku") return skus_of(list);
    std::vector<Candidate> all;
    for (const Json& item : list)
      all.push_back({text_field(item, source.word), text_field(item, source.meaning)});
    return all;
  }
  return {};
}

}  // namespace berth
