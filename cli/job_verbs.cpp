#include "cli/act_on_job.hpp"
#include "cli/exit_code.hpp"
#include "cli/find_job.hpp"
#include "cli/follow_job.hpp"
#include "cli/job_logs.hpp"
#include "cli/list_jobs.hpp"
#include "cli/show_endpoint.hpp"
#include "cli/show_job.hpp"
#include "cli/verb.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

constexpr int kCountMax = 1'000'000'000;

struct OneJob {
  std::string job;
  std::string output = "table";
};

void add_job_argument(CLI::App& verb, std::string& job) {
  verb.add_option("job", job, "Id of the job, the beginning of it, or its name")
      ->required()
      ->type_name("JOB");
}

void add_jobs(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<JobsOptions>(
      verb, app, invocation, "jobs", "List jobs: who runs, who waits, and why",
      "  berth jobs\n"
      "  berth jobs --project eta --phase Pending -o wide\n"
      "  berth jobs -l tier=experiment -w\n"
      "  berth jobs --all -o json",
      [&invocation](const JobsOptions& options) { return run_jobs(invocation.context, options); });
  verb->add_option("--project", options->project, "Of this project");
  verb->add_option("--phase", options->phase, "In this phase (Pending, Running, ...)");
  verb->add_option("--owner", options->owner, "Of projects of this owner");
  verb->add_option("--user", options->user, "Sent by this user");
  verb->add_option("-l,--label", options->labels, "With this label")->type_name("K=V")->allow_extra_args(false);
  verb->add_option("--limit", options->limit, "At most so many; 0: all")->capture_default_str();
  verb->add_flag("-a,--all", options->all, "Also those that ended more than an hour ago");
  verb->add_flag("-w,--watch", options->watch, "Go on with a row for each change");
  add_output_option(*verb, options->output);
}

template <typename Run>
void add_one_job_verb(CLI::App& app, Invocation& invocation, const std::string& name,
                      const std::string& summary, const std::string& examples, Run run) {
  CLI::App* verb = nullptr;
  auto options = add_verb<OneJob>(verb, app, invocation, name, summary, examples, run);
  add_job_argument(*verb, options->job);
  add_output_option(*verb, options->output);
}

void add_showing(CLI::App& app, Invocation& invocation) {
  Context& context = invocation.context;
  add_one_job_verb(app, invocation, "get", "Show one job",
                   "  berth get j7k2mbqx4tuvwx\n  berth get ray-pi -o json",
                   [&context](const OneJob& one) { return run_get(context, one.job, one.output); });
  add_one_job_verb(app, invocation, "describe", "Show all that is known of a job",
                   "  berth describe ray-pi\n  berth describe ray-pi -o json",
                   [&context](const OneJob& one) { return run_describe(context, one.job, one.output); });
  add_one_job_verb(
      app, invocation, "events", "Show what happened to a job, in order",
      "  berth events ray-pi\n  berth events ray-pi -o json",
      [&context](const OneJob& one) { return run_events(context, one.job, one.output); });
  add_one_job_verb(
      app, invocation, "explain", "Show why a job is where it is, or why it waits",
      "  berth explain ray-pi\n  berth explain ray-pi -o json",
      [&context](const OneJob& one) { return run_explain(context, one.job, one.output); });
}

void add_logs(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<LogOptions>(
      verb, app, invocation, "logs", "Show a job's output",
      "  berth logs ray-pi\n"
      "  berth logs -f ray-pi --role worker --replica 1\n"
      "  berth logs ray-pi --tail 20",
      [&invocation](const LogOptions& options) { return run_logs(invocation.context, options); });
  add_job_argument(*verb, options->job);
  verb->add_flag("-f,--follow", options->follow, "Go on with what it writes");
  verb->add_option("--role", options->role, "Of this role (head, worker, ...)");
  verb->add_option("--replica", options->replica, "Of this replica of the role")
      ->check(CLI::Range(0, kCountMax));
  verb->add_option("--tail", options->tail, "Only so many lines from the end")
      ->check(CLI::Range(0, kCountMax));
  verb->add_option("--attempt", options->attempt, "Of this attempt; the newest otherwise")
      ->check(CLI::Range(1, kCountMax));
}

struct WaitOptions {
  std::string job;
  std::string goal = "finished";
  std::string timeout;
  bool quiet = false;
};

int run_wait(Context& context, const WaitOptions& options) {
  const auto id = find_job(context, options.job);
  if (!id) {
    const int code = fail(context, id.error());
    return id.error().code == "NotFound" ? kExitNotFound : code;
  }
  FollowOptions follow;
  follow.goal = options.goal == "running" ? FollowGoal::kRunning : FollowGoal::kFinished;
  follow.quiet = options.quiet;
  if (!options.timeout.empty()) {
    const auto ms = parse_duration_ms(options.timeout);
    if (!ms) return fail(context, {"Usage", "--timeout: " + ms.error().message});
    follow.timeout_ms = *ms;
  }
  return follow_job(context, *id, follow);
}

void add_wait(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<WaitOptions>(
      verb, app, invocation, "wait", "Watch a job until it runs or has ended",
      "  berth wait ray-pi\n"
      "  berth wait ray-pi --for running --timeout 5m && berth endpoint ray-pi client\n"
      "Exits with 0 Succeeded (or running), 4 not within the timeout, 100 Failed,\n"
      "101 not finished, 102 not found, 103 killed, 105 preempted.",
      [&invocation](const WaitOptions& options) { return run_wait(invocation.context, options); });
  add_job_argument(*verb, options->job);
  verb->add_option("--for", options->goal, "running or finished")
      ->check(CLI::IsMember({"running", "finished"}))
      ->type_name("GOAL")
      ->capture_default_str();
  verb->add_option("--timeout", options->timeout, "Stop after this long (30m)")
      ->type_name("DURATION");
  verb->add_flag("-q,--quiet", options->quiet, "Say nothing");
}

struct EndpointOptions {
  std::string job;
  std::string name;
  bool env = false;
};

void add_endpoint(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<EndpointOptions>(
      verb, app, invocation, "endpoint", "Show where a job can be reached",
      "  berth endpoint ray-pi\n"
      "  berth endpoint ray-pi client              # ray://127.0.0.1:10001\n"
      "  berth endpoint spark-pi master            # spark://127.0.0.1:7077\n"
      "  eval \"$(berth endpoint ray-pi --env)\"     # what a client needs to be let in",
      [&invocation](const EndpointOptions& options) {
        return run_endpoint(invocation.context, options.job, options.name, options.env);
      });
  add_job_argument(*verb, options->job);
  verb->add_option("name", options->name, "client, dashboard, master, ui, ...; all when left out")
      ->type_name("NAME");
  verb->add_flag("--env", options->env, "Print the client's environment as lines for eval");
}

struct ActOptions {
  std::vector<std::string> jobs;
  std::string reason;
};

void add_acting(CLI::App& app, Invocation& invocation, const std::string& name,
                const std::string& summary, const std::string& examples, bool needs_reason) {
  CLI::App* verb = nullptr;
  auto options = add_verb<ActOptions>(
      verb, app, invocation, name, summary, examples,
      [&invocation, name, needs_reason](const ActOptions& options) {
        if (needs_reason && options.reason.empty())
          return fail_without_reason(invocation.context, name, options.jobs);
        return run_act_on_jobs(invocation.context, name, options.jobs, options.reason);
      });
  verb->add_option("jobs", options->jobs, "Jobs by id, the beginning of one, or name")
      ->required()
      ->type_name("JOB");
  verb->add_option("-r,--reason", options->reason,
                   needs_reason ? "Why; kept with the job (required)" : "Why; kept with the job")
      ->type_name("TEXT");
}

}  // namespace

void add_job_verbs(CLI::App& app, Invocation& invocation) {
  add_jobs(app, invocation);
  add_showing(app, invocation);
  add_logs(app, invocation);
  add_wait(app, invocation);
  add_endpoint(app, invocation);
  add_acting(app, invocation, "kill", "End jobs",
             "  berth kill j7k2mbqx4tuvwx --reason \"wrong data\"", true);
  add_acting(app, invocation, "hold", "Keep waiting jobs from being placed",
             "  berth hold etl --reason \"wait for the schema\"", false);
  add_acting(app, invocation, "resume", "Let held jobs be placed again", "  berth resume etl",
             false);
  add_acting(app, invocation, "requeue", "End jobs' attempts and place them again",
             "  berth requeue etl --reason \"node is slow\"", false);
}

}  // namespace berth
