#include "cli/manual.hpp"

#include "base/text.hpp"
#include "cli/roff.hpp"

namespace berth {
namespace {

std::string term_of(const OptionShape& option) {
  return join(option.names, ", ") + (option.value.empty() ? "" : " " + option.value);
}

std::string help_of(const OptionShape& option) {
  std::string help = option.help;
  if (!option.otherwise.empty()) help += " (default: " + option.otherwise + ")";
  return help + ".";
}

std::string synopsis_of(const std::string& path, const VerbShape& verb) {
  std::string line = path;
  for (const OptionShape& argument : verb.arguments) {
    const std::string word = argument.value + (argument.repeats ? "..." : "");
    line += argument.is_required ? " " + word : " [" + word + "]";
  }
  return line + (verb.options.empty() ? "" : " [OPTIONS]");
}

void add_verb(RoffPage& page, const std::string& path, const VerbShape& verb) {
  if (!verb.verbs.empty()) {
    for (const VerbShape& each : verb.verbs) add_verb(page, path + " " + each.name, each);
    return;
  }
  page.subheading(synopsis_of(path, verb));
  page.paragraph(verb.summary + ".");
  for (const OptionShape& argument : verb.arguments)
    page.item(argument.value, help_of(argument));
  for (const OptionShape& option : verb.options)
    if (option.names.back() != "--help") page.item(term_of(option), help_of(option));
  if (!verb.more.empty()) page.as_it_is(verb.more);
}

}  // namespace

std::string command_manual(const VerbShape& berth) {
  RoffPage page("berth", "1", "submit jobs, watch them, and learn why they are where they are");
  page.heading("Synopsis");
  page.paragraph("berth [OPTIONS] VERB [...]");
  page.heading("Description");
  page.paragraph(
      "Berth finds each machine-learning job the right place to run. berth speaks to its daemon, "
      "berthd(8), over a Unix socket.");
  page.heading("Options");
  for (const OptionShape& option : berth.options) page.item(term_of(option), help_of(option));
  page.heading("Verbs");
  for (const VerbShape& verb : berth.verbs) add_verb(page, "berth " + verb.name, verb);
  page.heading("Exit status");
  page.as_it_is(berth.more);
  page.heading("Environment");
  page.item("BERTH_SOCKET", "The control socket, where --socket does not name it.");
  page.item("NO_COLOR", "Set to anything: no colours.");
  page.heading("See also");
  page.paragraph("berth-job(5), berth.toml(5), berthd(8)");
  return page.text();
}

}  // namespace berth
