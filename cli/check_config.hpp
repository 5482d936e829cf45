// `berth config check FILE`: every mistake of a site file at once, with no daemon.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace berth {

// `plugin_dir` empty: the one that the file names, or the installed one.
int run_config_check(Context& context, const std::string& file, const std::string& plugin_dir);

}  // namespace berth
