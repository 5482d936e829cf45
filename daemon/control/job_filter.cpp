#include "control/job_filter.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"

namespace berth {
namespace {

constexpr int kJobsInAPage = 500;
constexpr int kJobsInAPageMax = 5000;

Error bad_parameter(std::string name, std::string message, std::string hint = "") {
  return {"BadRequest",
          "a parameter is wrong",
          {{std::move(name), std::move(message), std::move(hint)}}};
}

Error unknown_phase(const std::string& word) {
  std::vector<std::string> names;
  for (const Phase phase : kAllPhases) names.emplace_back(phase_name(phase));
  return bad_parameter("phase", "there is no phase \"" + clean_utf8(word, 40) + "\"",
                       nearest(word, names).value_or(""));
}

Result<void> add_phases(JobFilter& filter, std::string_view words) {
  while (!words.empty()) {
    const auto end = std::min(words.find(','), words.size());
    const auto phase = phase_named(words.substr(0, end));
    if (!phase) return unknown_phase(std::string(words.substr(0, end)));
    filter.phases.push_back(*phase);
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return {};
}

Result<void> add_label(JobFilter& filter, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return bad_parameter("label", "must be KEY=VALUE, is \"" + clean_utf8(text, 80) + "\"");
  filter.labels.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  return {};
}

// What a page gave as `next`: the store's own, so all that is known of it is that it is a number.
Result<void> begin_at_page(JobFilter& filter, const std::string& token) {
  const bool is_number = token.size() < 20 && std::all_of(token.begin(), token.end(), [](char c) {
                           return c >= '0' && c <= '9';
                         });
  if (!is_number)
    return bad_parameter("page", "is no token: \"" + clean_utf8(token, 40) +
                                     "\"; it comes as `next` with the page before");
  filter.after = token;
  return {};
}

}  // namespace

Result<JobFilter> read_job_filter(const Query& query) {
  JobFilter filter;
  filter.project = query.text("project");
  filter.owner = query.text("owner");
  filter.user = query.text("user");
  filter.name = query.text("name");
  if (const auto begun = begin_at_page(filter, query.text("page")); !begun) return begun.error();
  for (const std::string& words : query.all("phase"))
    if (const auto added = add_phases(filter, words); !added) return added.error();
  for (const std::string& label : query.all("label"))
    if (const auto added = add_label(filter, label); !added) return added.error();
  const auto limit = query.number("limit", kJobsInAPage, 1, kJobsInAPageMax);
  if (!limit) return limit.error();
  filter.limit = static_cast<int>(*limit);
  return filter;
}

}  // namespace berth
