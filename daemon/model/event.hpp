// What happened to a job, in the order of commits.
#pragma once

#include <cstdint>
#include <string>

#include "model/phase.hpp"

namespace berth {

// Appended in the transaction that makes the change. `kind` is one CamelCase word: Enqueued,
// RequestNote, Scheduled, Launching, Launched, LaunchWarning, Progress, UnknownStatus, Ready, Ended,
// ReleaseWaits, Released, KillRequested, Held, Resumed, Requeued, RetryScheduled, Finished.
struct Event {
  std::int64_t sequence = 0;  // given at the commit; rising, with gaps
  std::string job;            // empty: about the site (a cluster cordoned)
  int attempt = 0;
  std::string kind;
  std::string phase;  // the job's after this
  std::string reason;
  std::string message;
  std::string user;  // who wished it; empty: Berth itself
  std::int64_t at_ms = 0;
};

}  // namespace berth
