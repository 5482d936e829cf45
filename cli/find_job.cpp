#include "cli/find_job.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/json_field.hpp"
#include "model/id.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPage = 500;
constexpr std::size_t kLookedThrough = 5000;
constexpr std::size_t kNamed = 3;

std::vector<std::string> ids_of(const std::vector<Json>& jobs) {
  std::vector<std::string> ids;
  for (const Json& job : jobs) ids.push_back(text_field(job, "id"));
  return ids;
}

Result<std::string> the_one(std::vector<std::string> ids, const std::string& reference) {
  if (ids.size() == 1) return ids.front();
  const std::size_t count = ids.size();
  ids.resize(std::min(count, kNamed));
  return Error{"Ambiguous", "\"" + reference + "\" could be " + std::to_string(count) +
                                " jobs: " + join(ids, ", ") + (count > kNamed ? ", ..." : "")};
}

}  // namespace

Result<std::vector<Json>> list_jobs(Context& context,
                                    std::vector<std::pair<std::string, std::string>> query,
                                    std::size_t limit) {
  std::vector<Json> jobs;
  const std::size_t page_size = limit == 0 ? kPage : std::min(limit, kPage);
  query.emplace_back("limit", std::to_string(page_size));
  query.emplace_back("page", "");
  while (true) {
    auto page = ask(context, "/v1/jobs" + query_text(query));
    if (!page) return page.error();
    for (const Json& job : field(*page, "jobs")) {
      if (limit == 0 || jobs.size() < limit) jobs.push_back(job);
    }
    query.back().second = text_field(*page, "next");
    if (query.back().second.empty() || (limit != 0 && jobs.size() >= limit)) return jobs;
  }
}

Result<std::string> find_job(Context& context, const std::string& reference) {
  if (is_job_id(reference)) return reference;
  if (reference.empty())
    return Error{"Usage", "the name of the job is empty; `berth jobs` lists them"};
  const auto named = list_jobs(context, {{"name", reference}}, kPage);
  if (!named) return named.error();
  if (!named->empty()) return the_one(ids_of(*named), reference);
  const auto all = list_jobs(context, {}, kLookedThrough);
  if (!all) return all.error();
  std::vector<std::string> ids = ids_of(*all);
  std::erase_if(ids, [&](const std::string& id) { return !id.starts_with(reference); });
  if (!ids.empty()) return the_one(ids, reference);
  return Error{"NotFound", "no job \"" + reference + "\"; `berth jobs --all` lists them"};
}

}  // namespace berth
