// Sending jobs, or only asking where they would go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/context.hpp"
#include "cli/job_document.hpp"

namespace berth {

struct SubmitOptions {
  std::string file;                  // "-": standard input; empty: a command
  std::vector<std::string> files;    // more of them
  std::vector<std::string> command;  // what stands behind "--"
  std::vector<std::string> sets;
  std::string name;
  std::string project;
  std::string priority;
  std::string cpu, memory, gpu, sku;  // of a command
  std::int64_t timeout_ms = 0;
  bool waits = false;
  bool is_dry = false;
  bool is_quiet = false;
  bool is_forced = false;  // queued even if no known pool could ever take it
  std::string output = "table";
};

// Of several requests none is sent unless the daemon finds nothing wrong with any of them. What is
// returned is the first that is not good.
int run_submit(Context& context, const SubmitOptions& options);
int run_plan(Context& context, const SubmitOptions& options);

// The requests that the options stand for, as they will be sent. Errors: "BadFile", "BadSet",
// "Usage".
Result<std::vector<JobDocument>> requests_of(const SubmitOptions& options);

}  // namespace berth
