// One job: as a row, in full, its events, and why it is where it is.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace berth {

int run_get(Context& context, const std::string& job, const std::string& output);
int run_describe(Context& context, const std::string& job, const std::string& output);
int run_events(Context& context, const std::string& job, const std::string& output);
int run_explain(Context& context, const std::string& job, const std::string& output);

}  // namespace berth
