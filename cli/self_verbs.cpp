// What the program says of itself: completion and manual pages.
#include "cli/complete_words.hpp"
#include "cli/completion_scripts.hpp"
#include "cli/exit_code.hpp"
#include "cli/live_names.hpp"
#include "cli/manual.hpp"
#include "cli/verb.hpp"

namespace berth {
namespace {

constexpr const char* kHidden = "";  // a group that no help shows

struct Shell {
  std::string name;
};

void add_completion(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<Shell>(
      verb, app, invocation, "completion", "Print what makes a shell complete this command",
      "  source <(berth completion bash)\n"
      "  berth completion zsh >~/.zfunc/_berth\n"
      "  berth completion fish >~/.config/fish/completions/berth.fish",
      [&invocation](const Shell& shell) {
        invocation.context.console.raw(shell.name == "zsh"    ? kZshCompletion
                                       : shell.name == "fish" ? kFishCompletion
                                                              : kBashCompletion);
        return kExitGood;
      });
  verb->add_option("shell", options->name, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
}

// `berth complete -- WORDS`: a line for each candidate, its meaning behind a tabulator.
void add_complete(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("complete", "What may come next; for the shells");
  verb->group(kHidden);
  verb->callback([&app, &invocation] {
    const auto live = [&](const std::string& what) {
      return live_names(invocation.context.client, what);
    };
    const Candidates all = complete_words(shape_of(app), invocation.command, live);
    for (const Candidate& each : all.words)
      invocation.context.console.line(each.word + (each.meaning.empty() ? "" : "\t" + each.meaning));
    if (all.files) invocation.context.console.line(":files");
  });
}

struct Page {
  std::string name;
};

// For the build, which installs what this prints.
void add_manual(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = nullptr;
  auto options = add_verb<Page>(verb, app, invocation, "manual", "Print a manual page",
                                "  berth manual berth.1", [&app, &invocation](const Page& page) {
                                  invocation.context.console.raw(page.name == "berth.1"
                                                                     ? command_manual(shape_of(app))
                                                                     : site_manual());
                                  return kExitGood;
                                });
  verb->group(kHidden);
  verb->add_option("page", options->name, "Which")
      ->required()
      ->check(CLI::IsMember({"berth.1", "berth.toml.5"}));
}

}  // namespace

void add_self_verbs(CLI::App& app, Invocation& invocation) {
  add_completion(app, invocation);
  add_complete(app, invocation);
  add_manual(app, invocation);
}

}  // namespace berth
