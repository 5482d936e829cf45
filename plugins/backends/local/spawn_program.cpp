#include "spawn_program.hpp"

#include <signal.h>
#include <spawn.h>

#include <system_error>

namespace berth {
namespace {

// Signals as in a new process, whatever the daemon does with its own.
class SpawnPlan {
 public:
  SpawnPlan() {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

pid_t spawn_program(const std::filesystem::path& program, std::vector<std::string> arguments,
                    const std::vector<GivenDescriptor>& given) {
  SpawnPlan plan;
  for (const auto& [ours, theirs] : given)
    posix_spawn_file_actions_adddup2(&plan.actions, ours, theirs);
  arguments.insert(arguments.begin(), program.filename());
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  char* environment[] = {nullptr};
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &plan.actions, &plan.attributes,
                                words.data(), environment);
  if (error != 0)
    throw std::system_error(error, std::generic_category(), "cannot run " + program.string());
  return pid;
}

}  // namespace berth
