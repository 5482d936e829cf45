#include "main/arguments.hpp"

#include "base/nearest.hpp"

namespace berth {
namespace {

Error bad_usage(const std::string& message) {
  return {"BadUsage", message + "\nusage: berthd [--config FILE] [--check]; berthd --help says more"};
}

Error unknown_word(const std::string& word) {
  const auto near = nearest(word, {"--config", "--check", "--version", "--help"});
  return bad_usage("berthd knows no \"" + word + "\"" + (near ? "; nearest: " + *near : ""));
}

}  // namespace

Result<Arguments> read_arguments(const std::vector<std::string>& words) {
  constexpr std::string_view kConfigEquals = "--config=";
  Arguments arguments{Arguments::Wish::kServe, BERTH_SITE_FILE};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") return Arguments{Arguments::Wish::kHelp, {}};
    if (word == "--version") return Arguments{Arguments::Wish::kVersion, {}};
    if (word == "--check") {
      arguments.wish = Arguments::Wish::kCheck;
    } else if (word.starts_with(kConfigEquals)) {
      arguments.config = word.substr(kConfigEquals.size());
    } else if (word == "--config" || word == "-c") {
      if (i + 1 == words.size()) return bad_usage(word + " wants a file");
      arguments.config = words[++i];
    } else {
      return unknown_word(word);
    }
  }
  return arguments;
}

std::string help_text() {
  return R"(berthd finds each machine-learning job the right place to run, and runs it there.

  berthd [--config FILE]           serve the site that FILE describes, until SIGTERM or SIGINT
  berthd [--config FILE] --check   say all that is wrong with FILE, and with the files that it names
                                   on this machine, and leave
  berthd --version

FILE is TOML: owners and projects, clusters and their pools, which filters and scorers decide.
By default it is )" BERTH_SITE_FILE R"(.
berth.toml(5) documents every setting, its default and its unit.

Everything it knows lies in server.state_dir (private, one daemon at a time), jobs among it in one
SQLite file. Clients talk HTTP and JSON to the Unix socket server.socket; by default that is
control.sock in the state folder:

  berth submit job.yaml --wait
  curl --unix-socket STATE_DIR/control.sock http://berth/v1/jobs

Stopping berthd stops no job: it finds them again when it starts. As root it takes jobs of every user
of the machine and runs each as its user; else it takes jobs of its own user alone.

Exit codes: 0 stopped as asked, 1 failed, 64 wrong usage, 75 another berthd has this state folder,
78 the site file is wrong.
)";
}

std::string version_text() { return "berthd " BERTH_VERSION "\n"; }

}  // namespace berth
