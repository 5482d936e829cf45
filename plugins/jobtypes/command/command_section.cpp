#include "command_section.hpp"

#include <nlohmann/json.hpp>

namespace berth {
namespace {

// A list is run as it is; a text goes through the shell, as people expect of "echo $HOME".
std::vector<std::string> read_run(Section& section, bool is_text) {
  std::vector<std::string> run = section.texts("run");
  if (is_text) return {"/bin/sh", "-c", run.front()};
  if (run.empty()) section.refuse("run", "must name a program", R"(run: [python3, train.py])");
  return run;
}

std::map<std::string, std::string> read_environment(Section& section) {
  std::map<std::string, std::string> environment = section.text_map("environment");
  for (const auto& [name, value] : environment) {
    if (name.empty() || name.find('=') != std::string::npos) {
      section.refuse("environment." + name, "is no name of an environment variable");
    }
  }
  return environment;
}

}  // namespace

CommandSection read_command(std::string_view request, problems& found) {
  const auto whole = nlohmann::json::parse(request);
  const auto own = whole.find("command");
  CommandSection command;
  if (own == whole.end() || !own->is_object()) {
    found.add("command", "must be an object", R"(command: {run: [python3, train.py]})");
    return command;
  }
  Section section(*own, "command", found);
  command.run = read_run(section, own->contains("run") && (*own)["run"].is_string());
  command.environment = read_environment(section);
  const std::string directory = section.text("directory", ".");
  command.directory = directory == "." ? "" : directory;
  command.group = read_needs(section, "main");
  command.group.count = section.whole("replicas", 1, 1, kMembersMax);
  section.refuse_others();
  return command;
}

}  // namespace berth
