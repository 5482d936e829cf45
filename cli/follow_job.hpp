// Watching one job until it runs or has ended, and telling the story as it happens.
#pragma once

#include <cstdint>
#include <string>

#include "cli/context.hpp"

namespace berth {

enum class FollowGoal { kRunning, kFinished };

struct FollowOptions {
  FollowGoal goal = FollowGoal::kFinished;
  std::int64_t timeout_ms = 0;  // 0: as long as it takes
  bool tells_past = false;      // also what happened before the watching began
  bool quiet = false;           // says nothing
};

// Answers what to exit with: that of the job's end (for kRunning 0 as soon as it runs),
// kExitTimeout, or kExitNotFinished after Ctrl-C, which leaves the job alone. A daemon that is
// restarted meanwhile is waited for.
int follow_job(Context& context, const std::string& job, const FollowOptions& options);

}  // namespace berth
