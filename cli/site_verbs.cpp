#include "cli/act_on_job.hpp"
#include "cli/show_site.hpp"
#include "cli/verb.hpp"

namespace berth {
namespace {

struct ListOptions {
  std::string output = "table";
  bool wide = false;
};

using ShowList = int (*)(Context&, const std::string&);

void add_list(CLI::App& app, Invocation& invocation, const std::string& name,
              const std::string& summary, const std::string& examples, ShowList show) {
  CLI::App* verb = nullptr;
  auto options =
      add_verb<ListOptions>(verb, app, invocation, name, summary, examples,
                            [&invocation, show](const ListOptions& options) {
                              const bool only_wide = options.wide && options.output == "table";
                              return show(invocation.context, only_wide ? "wide" : options.output);
                            });
  verb->add_flag("--wide", options->wide, "More columns");
  add_output_option(*verb, options->output);
}

struct MarkOptions {
  std::string cluster;
  std::string reason;
};

void add_mark(CLI::App& app, Invocation& invocation, const std::string& name,
              const std::string& summary, bool needs_reason) {
  CLI::App* verb = nullptr;
  auto options = add_verb<MarkOptions>(
      verb, app, invocation, name, summary,
      "  berth " + name + " west" + (needs_reason ? " --reason \"kernel upgrade\"" : ""),
      [&invocation, name, needs_reason](const MarkOptions& options) {
        if (needs_reason && options.reason.empty())
          return fail_without_reason(invocation.context, name, {options.cluster});
        return run_act_on_cluster(invocation.context, name, options.cluster, options.reason);
      });
  verb->add_option("cluster", options->cluster, "Name of the cluster")
      ->required()
      ->type_name("NAME");
  verb->add_option("-r,--reason", options->reason, "Why; kept and shown")->type_name("TEXT");
}

void add_server(CLI::App& app, Invocation& invocation) {
  CLI::App* server = app.add_subcommand("server", "The daemon itself");
  server->require_subcommand(1);
  add_list(*server, invocation, "status", "Show whether berthd is up and ready, and its facts",
           "  berth server status\n  berth server status -o json", run_server_status);
}

}  // namespace

void add_site_verbs(CLI::App& app, Invocation& invocation) {
  add_list(app, invocation, "clusters", "List clusters and how they are",
           "  berth clusters\n  berth clusters -o wide", run_clusters);
  add_list(app, invocation, "pools", "List pools: whose they are and what is free",
           "  berth pools\n  berth pools --wide     # SKUs and sizes of nodes", run_pools);
  add_list(app, invocation, "owners", "List owners and whom they belong to", "  berth owners",
           run_owners);
  add_list(app, invocation, "projects", "List projects and their owners", "  berth projects",
           run_projects);
  add_mark(app, invocation, "cordon", "Let a cluster take no new jobs", true);
  add_mark(app, invocation, "uncordon", "Let a cluster take jobs again", false);
  add_mark(app, invocation, "drain", "Let a cluster run empty", true);
  add_mark(app, invocation, "forget", "Give up what runs on a cluster that is gone for good", true);
  add_server(app, invocation);
}

}  // namespace berth
