#include "cli/list_jobs.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/age_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/find_job.hpp"
#include "cli/interrupt.hpp"
#include "cli/job_table.hpp"
#include "cli/json_field.hpp"
#include "cli/line_splitter.hpp"
#include "cli/output_form.hpp"
#include "cli/problem_text.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;

constexpr std::int64_t kRecentlyMs = 3'600'000;
constexpr std::size_t kFinishedLookedAt = 500;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Query query_of(const JobsOptions& options) {
  Query query{{"project", options.project},
              {"phase", options.phase},
              {"owner", options.owner},
              {"user", options.user}};
  for (const std::string& label : options.labels) query.emplace_back("label", label);
  return query;
}

bool ended_long_ago(const Json& job) {
  const std::string ended = text_field(job, "ended");
  return !ended.empty() && now_ms() - iso_ms(ended) > kRecentlyMs;
}

void show(Context& context, const JobsOptions& options, const std::vector<Json>& jobs,
          JobTable& table) {
  switch (output_form(options.output)) {
    case OutputForm::kJson:
      return context.console.raw(pretty_json({{"jobs", jobs}}));
    case OutputForm::kYaml:
      return context.console.raw(yaml_text({{"jobs", jobs}}));
    case OutputForm::kName:
      for (const Json& job : jobs) context.console.line(text_field(job, "id"));
      return;
    case OutputForm::kTable:
    case OutputForm::kWide:
      break;
  }
  if (jobs.empty()) {
    return context.console.note(options.all ? "no jobs"
                                            : "no jobs now or within the last hour; --all lists "
                                              "older ones");
  }
  context.console.lines(table.text(jobs, context.console));
}

bool is_wanted(const JobsOptions& options, const Json& job) {
  const auto fits = [&](const std::string& wanted, const char* name) {
    return wanted.empty() || wanted == text_field(job, name);
  };
  for (const std::string& label : options.labels) {
    const auto equals = label.find('=');
    if (equals == std::string::npos) continue;
    if (text_field(field(job, "labels"), label.substr(0, equals)) != label.substr(equals + 1))
      return false;
  }
  return fits(options.project, "project") && fits(options.phase, "phase") &&
         fits(options.owner, "owner") && fits(options.user, "user");
}

// The unfinished ones, and of the newest finished ones those that ended lately: what is of interest
// stays quick to list among a million jobs that are long over.
Result<std::vector<Json>> list_current_jobs(Context& context, const JobsOptions& options) {
  Query query = query_of(options);
  query.emplace_back("phase", "Pending,Scheduled,Launching,Running,Releasing,Killing");
  auto jobs = list_jobs(context, query, options.limit);
  if (!jobs) return jobs;
  query.back().second = "Succeeded,Failed,Killed";
  auto finished = list_jobs(context, query, kFinishedLookedAt);
  if (!finished) return finished;
  std::erase_if(*finished, ended_long_ago);
  jobs->insert(jobs->end(), finished->begin(), finished->end());
  if (options.limit != 0 && jobs->size() > options.limit) jobs->resize(options.limit);
  return jobs;
}

// A row each time a job changes, in the columns of the list above.
void show_changed(Context& context, const JobsOptions& options, const std::string& id,
                  JobTable& table) {
  const auto job = ask(context, "/v1/jobs/" + id);
  if (!job || !is_wanted(options, *job)) return;
  const OutputForm form = output_form(options.output);
  if (form == OutputForm::kJson) return context.console.raw(job->dump() + "\n");
  if (form == OutputForm::kName) return context.console.line(id);
  if (form == OutputForm::kYaml) return context.console.raw("---\n" + yaml_text(*job));
  context.console.lines(table.text({*job}, context.console));
}

// What changed between the list and the watch is told by the token that the list came with.
int watch(Context& context, const JobsOptions& options, const std::string& token,
          JobTable& table) {
  catch_interrupts();
  LineSplitter lines;
  const auto on_line = [&](std::string_view line) {
    const Json value = Json::parse(line, nullptr, false);
    const std::string id = text_field(field(value, "event"), "job");
    if (!id.empty()) show_changed(context, options, id, table);
    return true;
  };
  const auto ended = context.client.stream(
      {"GET", "/v1/jobs" + query_text({{"watch", "1"}, {"since", token}})},
      [&](std::string_view piece) { return lines.feed(piece, on_line); },
      [] { return !was_interrupted(); });
  if (was_interrupted()) return kExitGood;
  if (!ended) return fail(context, ended.error());
  if (!ended->is_good()) return fail(context, error_of(*ended));
  return fail(context, {"Broken", "berthd ended the watch"});
}

}  // namespace

int run_jobs(Context& context, const JobsOptions& options) {
  std::string token;
  if (options.watch) {
    const auto first = ask(context, "/v1/jobs?limit=1");
    if (!first) return fail(context, first.error());
    token = text_field(*first, "token");
  }
  const bool wants_all = options.all || !options.phase.empty();
  const auto jobs = wants_all ? list_jobs(context, query_of(options), options.limit)
                              : list_current_jobs(context, options);
  if (!jobs) return fail(context, jobs.error());
  const bool is_full = options.limit != 0 && jobs->size() >= options.limit;
  JobTable table(output_form(options.output) == OutputForm::kWide);
  show(context, options, *jobs, table);
  if (is_full)
    context.console.note("(the first " + std::to_string(options.limit) +
                         "; --limit 0 lists all of them)");
  return options.watch ? watch(context, options, token, table) : kExitGood;
}

}  // namespace berth
