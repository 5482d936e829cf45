// `berth jobs`: who runs, who waits, and why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace berth {

struct JobsOptions {
  std::string project, phase, owner, user;
  std::vector<std::string> labels;  // "k=v"
  std::string output = "table";
  std::size_t limit = 500;  // 0: no limit
  bool all = false;         // also what ended more than an hour ago
  bool watch = false;
};

int run_jobs(Context& context, const JobsOptions& options);

}  // namespace berth
