// What has had its time: finished jobs, events, decisions, each with a limit of age and of number,
// and the file with one of bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

// 0: no limit. An unfinished job keeps all that is its.
struct Retention {
  std::int64_t finished_jobs_max = 0;  // besides each job's own time to live
  std::int64_t events_max = 0;
  std::int64_t events_age_ms = 0;
  std::int64_t decisions_max = 0;
  std::int64_t decisions_age_ms = 0;
  std::int64_t bytes_max = 0;  // of the file, what is free within it not counted
};

// What a cluster may forget now: its job's row is gone.
struct RemovedAttempt {
  std::string job;
  int attempt = 0;
  std::string cluster;
};

// What time it is for pruning, by a process that began at `began`: a wall clock that is set ahead must
// not cost a year of finished jobs.
std::int64_t time_for_pruning(const Stamp& began, const Stamp& now);

struct Pruned {
  std::int64_t jobs = 0;
  std::int64_t events = 0;
  std::int64_t decisions = 0;
  std::vector<RemovedAttempt> attempts;
  bool is_all = true;  // nothing is left to remove now
};

// Its statements stay prepared. Throws SqliteFailure. [store]
class Pruning {
 public:
  Pruning(Database& database, const Retention& retention);

  // Counts how much there is too much of; what follows is as of `now_ms`.
  void begin(std::int64_t now_ms);
  // A little of it, `jobs_max` jobs at most; the caller has a transaction open.
  Pruned remove_some(int jobs_max);

 private:
  void remove_jobs(int limit, Pruned& pruned);
  void remove_job(std::int64_t row, Pruned& pruned);
  void trim_events(int limit, Pruned& pruned);
  std::int64_t last_event_to_trim(std::int64_t first, int limit);
  void trim_decisions(int limit, Pruned& pruned);
  bool is_file_too_large();
  std::int64_t mark(std::string_view name);

  Database& database_;
  const Retention retention_;
  std::int64_t now_ms_ = 0;
  std::int64_t jobs_too_many_ = 0;
  std::int64_t decisions_too_many_ = 0;
  Statement find_oldest_;
  Statement attempts_of_;
  Statement last_event_of_;
  Statement last_aged_event_;
  Statement find_mark_;
  Statement raise_mark_;
  Statement trim_events_;
  Statement find_decided_;
  Statement drop_decision_;
  Statement drop_decided_;
  std::vector<Statement> remove_job_;
};

}  // namespace berth
