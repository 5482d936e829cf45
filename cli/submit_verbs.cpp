#include "cli/submit.hpp"
#include "cli/verb.hpp"
#include "model/quantity.hpp"

namespace berth {
namespace {

void add_request_options(CLI::App& verb, SubmitOptions& options) {
  verb.add_option("file", options.file,
                  "Job file (.yaml, .toml, .json) or manifests, or - for standard input")
      ->type_name("FILE");
  verb.add_option("-f,--filename", options.files, "The same, as often as there are files")
      ->type_name("FILE")
      ->allow_extra_args(false);
  verb.add_option("--set", options.sets, "Change a field: --set ray.workers[0].replicas=4; may be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);  // as often as there are fields
  verb.add_option("--name", options.name, "Name of the job");
  verb.add_option("--project", options.project, "Project that the job belongs to");
  verb.add_option("--priority", options.priority, "Higher goes first, -1000 to 1000")
      ->type_name("NUMBER");
  verb.add_option("--cpu", options.cpu, "CPUs of a command (500m, 2)");
  verb.add_option("--memory", options.memory, "Memory of a command (4Gi)");
  verb.add_option("--gpu", options.gpu, "GPUs of a command");
  verb.add_option("--sku", options.sku, "GPU SKU of a command");
  verb.add_flag("--force", options.is_forced, "Queue it even if no known pool could ever take it");
  add_output_option(verb, options.output);
}

void add_submit(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<SubmitOptions>(
      verb, app, invocation, "submit", "Send a job, or several",
      "  berth submit job.yaml --wait\n"
      "  berth submit job.yaml --set ray.workers[0].replicas=4 --dry-run\n"
      "  berth submit --project eta --gpu 1 --sku H100 -- python train.py --epochs 3\n"
      "  berth submit -f cluster.yaml -f more.yaml --project eta\n"
      "  generate | berth submit - --quiet\n"
      "A command runs in the folder that you are in; a job from a file in one of its own.\n"
      "A file may hold several jobs between lines of ---, and manifests (apiVersion, kind) of\n"
      "kinds that a job type takes; they are sent as they are. Flags say what they cannot, or\n"
      "their annotations berth.dev/project, berth.dev/priority and so on. Of several documents\n"
      "none is sent unless all are right.\n"
      "Exits with 104 when the job is refused; with --wait 0 Succeeded, 100 Failed,\n"
      "101 not finished, 103 killed, 105 preempted.",
      [&invocation](SubmitOptions options) {
        options.command = invocation.command;
        return run_submit(invocation.context, options);
      });
  add_request_options(*verb, *options);
  verb->add_flag("-w,--wait", options->waits, "Watch it to its end, and exit as it ended");
  verb->add_option_function<std::string>(
          "--timeout",
          [options](const std::string& text) {
            const auto ms = parse_duration_ms(text);
            if (!ms) throw CLI::ValidationError("--timeout", ms.error().message);
            options->timeout_ms = *ms;
          },
          "Stop waiting after this long (30m)")
      ->type_name("DURATION");
  verb->add_flag("--dry-run", options->is_dry, "Only say where it would go, as `berth plan` does");
  verb->add_flag("-q,--quiet", options->is_quiet, "Print the id alone");
}

void add_plan(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<SubmitOptions>(
      verb, app, invocation, "plan", "Say where a job would go, and why, without sending it",
      "  berth plan job.yaml\n"
      "  berth plan --project eta --gpu 8 -- python train.py\n"
      "Exits with 0 if it would start now, 10 if it would wait, 11 if it can never fit.",
      [&invocation](SubmitOptions options) {
        options.command = invocation.command;
        return run_plan(invocation.context, options);
      });
  add_request_options(*verb, *options);
}

}  // namespace

void add_submit_verbs(CLI::App& app, Invocation& invocation) {
  add_submit(app, invocation);
  add_plan(app, invocation);
}

}  // namespace berth
