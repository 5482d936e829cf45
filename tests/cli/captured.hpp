// A console whose words a test can read.
#pragma once

#include <sstream>

#include "cli/console.hpp"

namespace berth {

struct Captured {
  explicit Captured(ConsoleForm form = {}) : console(out, err, form) {}

  std::ostringstream out;
  std::ostringstream err;
  Console console;
};

}  // namespace berth
