// Starts a program that is ours, with nothing of this process but what it is given.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// A descriptor of ours, and the number that it has in the program.
using GivenDescriptor = std::pair<int, int>;

// With an empty environment, as ours may hold what a job must not see, and signals as in a new process.
// Its pid, to be waited for. Throws std::system_error. [any]
pid_t spawn_program(const std::filesystem::path& program, std::vector<std::string> arguments,
                    const std::vector<GivenDescriptor>& given);

}  // namespace berth
