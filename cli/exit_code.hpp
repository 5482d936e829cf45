// What the command line's programs end with: a promise to scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace berth {

enum ExitCode : int {
  kExitGood = 0,
  kExitError = 1,
  kExitUsage = 2,
  kExitUnreachable = 3,
  kExitTimeout = 4,
  kExitWouldWait = 10,  // of `plan`, as the next one
  kExitNeverFits = 11,
  kExitFailed = 100,  // of a job that was waited for, as the next ones
  kExitNotFinished = 101,
  kExitNotFound = 102,
  kExitKilled = 103,
  kExitRejected = 104,
  kExitPreempted = 105,
};

// Of an error by its code.
ExitCode exit_code_of_error(const std::string& code);

// Of a job as it stands; one that has not ended is kExitNotFinished.
ExitCode exit_code_of_job(const nlohmann::json& job);

// Of a decision that was only asked for.
ExitCode exit_code_of_decision(const nlohmann::json& decision);

}  // namespace berth
