// Creating a workload: its secrets, then the custom resource, then the secrets' owner.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "api_tools.hpp"
#include "dress.hpp"

namespace berth {

struct Launched {
  nlohmann::json object;              // as the API server has it
  std::vector<std::string> warnings;  // of the API server, each once
};
using LaunchOutcome = std::variant<Launched, Failure>;

struct LaunchJob {
  AttemptKey key;
  DressedWorkload workload;
  // Asked before each request: an attempt that was given up meanwhile creates nothing more.
  std::function<bool()> is_given_up;
};

// What is there already and bears the attempt's labels counts as created. `done` is dropped with
// the client. [io]
void launch_workload(ApiTools& tools, LaunchJob job, std::function<void(LaunchOutcome)> done);

}  // namespace berth
