// A job that has not ended, and the attempts to run it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/job_class.hpp"
#include "model/phase.hpp"

namespace berth {

// What a job does when its cluster stays lost.
enum class OnClusterLost : std::uint8_t { kWait, kFail, kReplace };

// How it ends, once that is known: shown at once, while the things are still going away.
enum class Verdict : std::uint8_t {
  kNone,
  kSucceed,
  kFail,
  kRetry,  // this attempt ended; the job is placed again
};

// Somebody's wish to end a job.
struct Termination {
  std::string reason;
  std::string user;
  Stamp at;

  bool operator==(const Termination&) const = default;
};

// One launch intent. Numbers only rise.
struct Attempt {
  int number = 0;  // 0: none yet
  std::string cluster;
  std::string pool;
  std::string tier;          // "owned", "ancestor:ID" or "shared"
  std::string external_ref;  // the backend's own name for it; empty until it answered
  std::string remote_uid;
  std::string reason;  // why it ended, empty while it lives
  std::string message;
  Stamp scheduled;  // what its start deadline counts from
  Stamp launched;   // the intent to create was durable
  Stamp ready;      // what its run deadline counts from
  Stamp ended;
  Stamp released;
  std::string status;  // JSON of the last observation; opaque to the loop

  bool operator==(const Attempt&) const = default;
};

// Everything the loop knows of a job. The request's bytes stay in the store.
struct Job {
  std::string id;
  std::string name;
  std::shared_ptr<const JobClass> wanted;
  std::string owner;  // of its project when it was accepted
  std::string user;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t priority = 0;
  Phase phase = Phase::kPending;
  bool held = false;
  std::string held_by;
  std::string held_reason;
  Stamp submitted;
  Stamp ended;
  std::int64_t start_deadline_ms = 0;  // of each attempt; 0: none
  std::int64_t run_deadline_ms = 0;    // of each attempt, from Ready; 0: none
  std::int64_t retry_limit = 0;
  std::vector<std::string> retry_on;  // reasons
  OnClusterLost on_cluster_lost = OnClusterLost::kWait;
  int retries_used = 0;        // attempts that ran and were lost
  int start_failures = 0;      // attempts that never became ready
  std::vector<std::string> excluded_pools;  // where they failed
  Stamp not_before;            // BackingOff until then
  Verdict verdict = Verdict::kNone;
  std::string reason;   // one word: why it is as it is (Held, AppFailed, ...)
  std::string message;  // a sentence
  int exit_code = 0;
  Termination termination;
  Attempt attempt;  // the newest; earlier ones are in the store

  bool operator==(const Job&) const = default;
  bool has_live_attempt() const { return attempt.number > 0 && !attempt.released; }
};

}  // namespace berth
