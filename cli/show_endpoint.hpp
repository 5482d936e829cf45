// Where a job can be reached, and what a client must know to be let in.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/context.hpp"

namespace berth {

// `name` empty: all of them. With `env` the environment that clients need, as lines for eval.
int run_endpoint(Context& context, const std::string& job, const std::string& name, bool env);

// "ray://127.0.0.1:10001" of client, "http://..." of dashboard, host:port of all others. [any]
std::string endpoint_address(const std::string& name, const std::string& address);

// "export RAY_AUTH_MODE='token'" for each. [any]
std::string export_lines(const nlohmann::json& environment);

}  // namespace berth
