// The verbs of the command line, each file's own. CLI11 is slow to compile: only main.cpp and the
// files behind these functions include it.
#pragma once

#include "cli/context.hpp"

namespace CLI {
class App;
}

namespace berth {

// What a verb needs besides its own options, and what it leaves behind.
struct Invocation {
  Context& context;
  std::vector<std::string> command;  // what stands behind "--"
  int exit_code = 0;
};

void add_submit_verbs(CLI::App& app, Invocation& invocation);  // submit plan
void add_job_verbs(CLI::App& app, Invocation& invocation);     // jobs get describe wait logs ...
void add_site_verbs(CLI::App& app, Invocation& invocation);    // clusters pools cordon server ...
void add_store_verbs(CLI::App& app, Invocation& invocation);   // store strays
void add_plugin_verbs(CLI::App& app, Invocation& invocation);  // plugin config
void add_self_verbs(CLI::App& app, Invocation& invocation);    // completion

}  // namespace berth
