#include "cli/act_on_job.hpp"
#include "cli/store_files.hpp"
#include "cli/verb.hpp"

namespace berth {
namespace {

constexpr const char* kSiteFile = "/etc/berth/berth.toml";

struct StoreOptions {
  std::string file;
  std::string state_dir;
  std::string config;
  std::string output = "table";

  StorePlace place() const { return {state_dir, config}; }
  StorePlace place_or_usual() const {
    return state_dir.empty() && config.empty() ? StorePlace{"", kSiteFile} : place();
  }
};

void add_place(CLI::App& verb, StoreOptions& options, const std::string& otherwise) {
  CLI::Option* folder =
      verb.add_option("--state-dir", options.state_dir, "State folder of a berthd that is stopped")
          ->type_name("DIR");
  verb.add_option("--config", options.config, "Or the site file that names it" + otherwise)
      ->type_name("FILE")
      ->excludes(folder);
  add_output_option(verb, options.output);
}

const std::string kUsualFile = std::string(" (else ") + kSiteFile + ")";

void add_check(CLI::App& store, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<StoreOptions>(
      verb, store, invocation, "check", "Read a store or a backup from end to end; changes nothing",
      "  berth store check monday.db                    # a backup\n"
      "  berth store check --state-dir /var/lib/berth   # the store; berthd must be stopped\n"
      "Exit codes: 0 whole, 1 damaged or no store: it says what is wrong and what to do.",
      [&invocation](const StoreOptions& options) {
        return run_store_check(invocation.context, options.file, options.place_or_usual(),
                               options.output);
      });
  verb->add_option("file", options->file, "A backup; without it, the store itself")
      ->type_name("FILE");
  add_place(*verb, *options, kUsualFile);
}

void add_backup(CLI::App& store, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<StoreOptions>(
      verb, store, invocation, "backup", "Copy the store into a new file, and check the copy",
      "  berth store backup /backups/berth-$(date +%F).db       # berthd runs, and goes on\n"
      "  berth store backup monday.db --state-dir /var/lib/berth   # it is stopped\n"
      "The file holds every job, event and decision up to a moment of the copying. It holds no\n"
      "job's output, and no tokens: keep STATE_DIR/instance.key (secret) beside your backups, too.\n"
      "Never copy berth.db yourself while berthd runs: what is in its log would be missing.",
      [&invocation](const StoreOptions& options) {
        return run_store_backup(invocation.context, options.file, options.place(), options.output);
      });
  verb->add_option("file", options->file, "The new file; one that is there is never replaced")
      ->required()
      ->type_name("FILE");
  add_place(*verb, *options, ", when berthd is stopped");
}

void add_restore(CLI::App& store, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<StoreOptions>(
      verb, store, invocation, "restore", "Put a backup in the place of the store",
      "  systemctl stop berthd                          # jobs go on\n"
      "  berth store restore monday.db --state-dir /var/lib/berth\n"
      "  systemctl start berthd\n"
      "  berth strays                                   # what runs from after the backup\n"
      "  berth jobs                                     # what was unfinished then is held\n"
      "The backup is checked first; the store that was there is kept beside it. A new epoch begins:\n"
      "nothing that was started since is killed, and nothing is run twice, before you say so.",
      [&invocation](const StoreOptions& options) {
        return run_store_restore(invocation.context, options.file, options.place_or_usual(),
                                 options.output);
      });
  verb->add_option("file", options->file, "The backup; it stays as it is")
      ->required()
      ->type_name("FILE");
  add_place(*verb, *options, kUsualFile);
}

struct StrayOptions {
  std::string stray;
  std::string reason;
  std::string output = "table";
};

void add_stray_act(CLI::App& strays, Invocation& invocation, const std::string& name,
                   const std::string& summary, const std::string& about) {
  CLI::App* verb = nullptr;
  auto options = add_verb<StrayOptions>(
      verb, strays, invocation, name, summary,
      "  berth strays " + name + " jkewozowoeznat-a1 --reason \"" + about + "\"",
      [&invocation, name](const StrayOptions& options) {
        if (options.reason.empty())
          return fail_without_reason(invocation.context, "strays " + name, {options.stray});
        return run_act_on_stray(invocation.context, name, options.stray, options.reason);
      });
  verb->add_option("stray", options->stray, "As `berth strays` names it")
      ->required()
      ->type_name("NAME");
  verb->add_option("-r,--reason", options->reason, "Why; kept and shown")->type_name("TEXT");
}

void add_strays(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<StrayOptions>(
      verb, app, invocation, "strays",
      "What an older epoch of the store left on clusters, after a restore",
      "  berth strays                                       # list them, and what can be done\n"
      "  berth strays adopt jkewozowoeznat-a1 --reason \"goes on\"   # its job goes on with it\n"
      "  berth strays release jkewozowoeznat-a1 --reason \"old\"     # end it\n"
      "Until then it is left alone, and its job, if this store knows one, is not placed.",
      [&invocation, &app](const StrayOptions& options) {
        const bool is_list = app.get_subcommand("strays")->get_subcommands().empty();
        return is_list ? run_strays(invocation.context, options.output) : invocation.exit_code;
      });
  add_output_option(*verb, options->output);
  verb->require_subcommand(0, 1);
  add_stray_act(*verb, invocation, "adopt", "Let its waiting job go on with it", "still good");
  add_stray_act(*verb, invocation, "release", "End it, and remove what is left of it", "not needed");
}

}  // namespace

void add_store_verbs(CLI::App& app, Invocation& invocation) {
  CLI::App* store = app.add_subcommand("store", "Check, back up and restore what berthd keeps");
  store->require_subcommand(1);
  add_check(*store, invocation);
  add_backup(*store, invocation);
  add_restore(*store, invocation);
  add_strays(app, invocation);
}

}  // namespace berth
