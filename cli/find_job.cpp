#include "cli/find_job.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/exit_code.hpp"
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
                                " jobs: " + join(ids, ", ") + (count > kNamed ? ", ..." : "") +
                                "; give the id of one"};
}

bool is_over(const Json& job) { return exit_code_of_job(job) != kExitNotFinished; }

// Of several jobs that had one name people mean their own, of these the one that is not over, and
// else the one sent last.
Result<std::string> the_one_called(Context& context, std::vector<Json> jobs,
                                   const std::string& name) {
  const auto is_of_another = [](const Json& job) {
    return number_field(job, "uid") != static_cast<std::int64_t>(::geteuid());
  };
  if (!std::all_of(jobs.begin(), jobs.end(), is_of_another)) std::erase_if(jobs, is_of_another);
  const std::size_t count = jobs.size();
  if (!std::all_of(jobs.begin(), jobs.end(), is_over)) {
    std::erase_if(jobs, is_over);
    return the_one(ids_of(jobs), name);
  }
  const auto newest =
      std::max_element(jobs.begin(), jobs.end(), [](const Json& a, const Json& b) {
        return text_field(a, "submitted") < text_field(b, "submitted");
      });
  const std::string id = text_field(*newest, "id");
  if (count > 1)
    context.console.note("note: of " + std::to_string(count) + " jobs \"" + name +
                         "\", all over, this is the newest: " + id);
  return id;
}

// "j" and lowercase base32, as ids are.
bool may_begin_an_id(const std::string& reference) {
  return reference[0] == 'j' &&
         reference.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string::npos;
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
  if (!named->empty() && !may_begin_an_id(reference))
    return the_one_called(context, *named, reference);
  const auto all = list_jobs(context, {}, kLookedThrough);
  if (!all) return all.error();
  std::vector<std::string> ids = ids_of(*all);
  std::erase_if(ids, [&](const std::string& id) { return !id.starts_with(reference); });
  if (ids.empty() && !named->empty()) return the_one_called(context, *named, reference);
  // Nobody's choice of a name may take the place of the beginning of another's id.
  for (const std::string& id : ids_of(*named)) ids.push_back(id);
  if (!ids.empty()) return the_one(ids, reference);
  return Error{"NotFound", "no job \"" + reference + "\"; `berth jobs --all` lists them"};
}

}  // namespace berth
