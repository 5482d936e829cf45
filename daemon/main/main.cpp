// berthd: reads its arguments and its site, then serves.
#include <sys/stat.h>

#include <cstdio>
#include <iostream>

#include "base/log.hpp"
#include "main/arguments.hpp"
#include "main/daemon.hpp"
#include "main/open_files.hpp"

namespace {

using namespace berth;

enum Exit { kOk = 0, kFailed = 1, kUsage = 64, kTryLater = 75, kBadSite = 78 };

int complain(const std::string& message, Exit code) {
  std::cerr << "berthd: " << message << "\n";
  return code;
}

Exit exit_code_of(const Error& error) {
  if (error.code == "AlreadyRunning" || error.code == "SocketInUse") return kTryLater;
  if (error.code == "BadSite" || error.code == "PluginFolder" || error.code == "PluginFailed" ||
      error.code == "BadCertificate")
    return kBadSite;
  return kFailed;
}

int check(const std::filesystem::path& file) {
  start_logging("error", "");  // what plugins do while they are looked at is not the question
  const SiteCheck checked = check_site(file);
  if (!checked.problems.empty()) {
    std::cerr << problems_text(checked);
    return kBadSite;
  }
  std::cout << file.string() << ": good\n";
  return kOk;
}

int serve(const std::filesystem::path& file) {
  SiteCheck checked = read_site(file);
  if (!checked.problems.empty()) {
    std::cerr << problems_text(checked);
    return kBadSite;
  }
  ::umask(077);
  start_logging(checked.site.server.log_level, checked.site.server.log_file);
  allow_many_open_files();
  auto daemon = Daemon::start(std::move(checked));
  if (!daemon) {
    return complain(daemon.error().message, exit_code_of(daemon.error()));
  }
  (*daemon)->run();
  return kOk;
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = read_arguments({argv + 1, argv + argc});
  if (!arguments) return complain(arguments.error().message, kUsage);
  switch (arguments->wish) {
    case Arguments::Wish::kHelp:
      std::cout << help_text();
      return kOk;
    case Arguments::Wish::kVersion:
      std::cout << version_text();
      return kOk;
    case Arguments::Wish::kCheck:
      return check(arguments->config);
    case Arguments::Wish::kServe:
      return serve(arguments->config);
  }
  return kFailed;
}
