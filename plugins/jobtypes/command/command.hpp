// Job type `command`: any program, once or in several equal replicas.
#pragma once

#include <string>
#include <string_view>

#include "berth/jobtype.hpp"

namespace berth {

struct Command {
  static constexpr std::string_view section = "command";
  static constexpr std::string_view formats[] = {"process/group"};

  problems validate(std::string_view request) const;
  std::string groups(std::string_view request) const;
  std::string render(std::string_view order) const;
  std::string interpret(std::string_view native) const;
};

}  // namespace berth
