// What time removes: finished jobs whose time to live has passed, and the oldest events.
#pragma once

#include <cstdint>
#include <vector>

#include "store/sqlite_database.hpp"

namespace berth {

// Its statements stay prepared. The caller has a transaction open. [store]
class Pruning {
 public:
  explicit Pruning(Database& database);

  // Removes at most `limit` jobs that had expired at `now_ms`, with all that is theirs. Returns how
  // many. Throws SqliteFailure.
  int remove_expired(std::int64_t now_ms, int limit);

  // Looks at no more than `limit` of the events before the newest `events_max`, and removes those
  // that are not of unfinished jobs. Throws SqliteFailure.
  void trim_events(std::int64_t events_max, int limit);

 private:
  void remove_job(std::int64_t row);
  std::int64_t mark(std::string_view name);

  Database& database_;
  Statement find_expired_;
  Statement last_event_of_;
  Statement find_mark_;
  Statement raise_mark_;
  Statement trim_;
  std::vector<Statement> remove_job_;
};

}  // namespace berth
