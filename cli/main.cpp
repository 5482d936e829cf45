#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "cli/exit_code.hpp"
#include "cli/nearest_verb.hpp"
#include "cli/unix_client.hpp"
#include "cli/verbs.hpp"

namespace {

constexpr const char* kDefaultSocket = "/run/berth/control.sock";

std::string usual_socket() {
  const char* named = std::getenv("BERTH_SOCKET");
  return named != nullptr && *named != '\0' ? named : kDefaultSocket;
}

// The socket must be known before the client is made, and the client before the verbs.
std::string socket_of(const std::vector<std::string>& words) {
  const std::string option = "--socket";
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == option && i + 1 < words.size()) return words[i + 1];
    if (words[i].starts_with(option + "=")) return words[i].substr(option.size() + 1);
  }
  return usual_socket();
}

// What stands behind "--" is a command's own and not for this parser.
std::vector<std::string> cut_command(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes == words.end()) return {};
  std::vector<std::string> command(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return command;
}

void describe(CLI::App& app, std::string& socket) {
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string("berth ") + BERTH_VERSION);
  app.add_option("--socket", socket, "Control socket of berthd ($BERTH_SOCKET)")
      ->default_str(usual_socket())
      ->type_name("PATH");
  app.footer(
      "Begin with:\n"
      "  berth submit job.yaml --wait     send a job and watch it\n"
      "  berth jobs                       who runs, who waits, and why\n"
      "  berth explain JOB                why it is where it is\n"
      "Exit codes: 0 good, 1 error, 2 usage, 3 berthd unreachable, 4 timeout; of a job\n"
      "that was waited for: 100 failed, 101 not finished, 102 not found, 103 killed,\n"
      "104 refused, 105 preempted. `berth VERB --help` has examples.");
}

int parse_failed(const CLI::App& app, const CLI::ParseError& error,
                 const std::vector<std::string>& words) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  const std::string wrong = berth::wrong_word_text(app, words);
  std::cerr << (wrong.empty() ? "error: " + std::string(error.what()) + "; see --help" : wrong)
            << '\n';
  return berth::kExitUsage;
}

// What could not be said must not look as if it was: a list that was cut, an id that nobody saw.
int after_writing(int code) {
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "error: standard output cannot be written, so what it says is not whole; what was "
               "asked for may have been done: see `berth jobs`\n";
  return code == 0 ? static_cast<int>(berth::kExitError) : code;
}

int run(CLI::App& app, berth::Invocation& invocation, std::vector<std::string> words) {
  const std::vector<std::string> said = words;
  std::reverse(words.begin(), words.end());  // as the parser wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return parse_failed(app, error, said);
  }
  return invocation.exit_code;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> words(arguments + 1, arguments + count);
  std::vector<std::string> command = cut_command(words);
  berth::UnixClient client(socket_of(words));
  berth::Console console(std::cout, std::cerr, berth::console_form());
  berth::Context context{client, console};
  berth::Invocation invocation{context, std::move(command)};

  CLI::App app("berth: finds each machine-learning job the right place to run", "berth");
  std::string socket;
  describe(app, socket);
  berth::add_submit_verbs(app, invocation);
  berth::add_job_verbs(app, invocation);
  berth::add_site_verbs(app, invocation);
  berth::add_store_verbs(app, invocation);
  berth::add_plugin_verbs(app, invocation);
  berth::add_self_verbs(app, invocation);
  app.add_subcommand("version", "Show the version")->callback([&console] {
    console.line(std::string("berth ") + BERTH_VERSION);
  });
  return after_writing(run(app, invocation, std::move(words)));
}
