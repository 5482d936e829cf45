#include "cli/check_config.hpp"
#include "cli/new_plugin.hpp"
#include "cli/show_site.hpp"
#include "cli/verb.hpp"

namespace berth {
namespace {

struct PluginOptions {
  std::string kind;
  std::string name;
  std::string output = "table";
};

void add_plugin_list(CLI::App& parent, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<PluginOptions>(
      verb, parent, invocation, "list", "List the plugins that berthd found, and those it refused",
      "  berth plugin list\n  berth plugin list -o wide",
      [&invocation](const PluginOptions& options) {
        return run_plugin_list(invocation.context, options.output);
      });
  add_output_option(*verb, options->output);
}

void add_plugin_info(CLI::App& parent, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<PluginOptions>(
      verb, parent, invocation, "info", "Show one plugin",
      "  berth plugin info capacity\n  berth plugin info team_sku.so",
      [&invocation](const PluginOptions& options) {
        return run_plugin_info(invocation.context, options.name, options.output);
      });
  verb->add_option("id", options->name, "Its id, or its file")->required()->type_name("ID");
  add_output_option(*verb, options->output);
}

void add_plugin_new(CLI::App& parent, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<PluginOptions>(
      verb, parent, invocation, "new", "Make a folder with a plugin that builds",
      "  berth plugin new filter no-fridays", [&invocation](const PluginOptions& options) {
        return run_plugin_new(invocation.context, options.kind, options.name);
      });
  verb->add_option("kind", options->kind, "filter")->required()->type_name("KIND");
  verb->add_option("name", options->name, "Its name")->required()->type_name("NAME");
}

struct CheckOptions {
  std::string file;
  std::string plugin_dir;
};

void add_config(CLI::App& app, Invocation& invocation) {
  CLI::App* config = app.add_subcommand("config", "Site files");
  config->require_subcommand(1);
  CLI::App* verb = nullptr;
  auto options = add_verb<CheckOptions>(
      verb, *config, invocation, "check", "Name every mistake of a site file; needs no daemon",
      "  berth config check site.toml", [&invocation](const CheckOptions& options) {
        return run_config_check(invocation.context, options.file, options.plugin_dir);
      });
  verb->add_option("file", options->file, "The site file")->required()->type_name("FILE");
  verb->add_option("--plugins", options->plugin_dir, "Folder of plugins to hold it to")
      ->type_name("DIR");
}

}  // namespace

void add_plugin_verbs(CLI::App& app, Invocation& invocation) {
  CLI::App* plugin = app.add_subcommand("plugin", "Plugins");
  plugin->require_subcommand(1);
  add_plugin_list(*plugin, invocation);
  add_plugin_info(*plugin, invocation);
  add_plugin_new(*plugin, invocation);
  add_config(app, invocation);
}

}  // namespace berth
