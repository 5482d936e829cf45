// The `command` section of a job request.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "berth/problem.hpp"
#include "section/group.hpp"

namespace berth {

struct CommandSection {
  std::vector<std::string> run;  // program and arguments
  std::map<std::string, std::string> environment;
  std::string directory;  // empty: the job's shared folder
  Group group;
};

// Reads it out of a whole request, with every problem of it.
CommandSection read_command(std::string_view request, problems& found);

}  // namespace berth
