// Committed state, read for people. Everything here is as of some commit; nothing is ever shown
// before one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/event.hpp"
#include "model/job.hpp"
#include "store/change.hpp"

namespace berth {

struct JobFilter {
  std::string project;
  std::string owner;
  std::string user;
  std::optional<std::uint32_t> uid;
  std::string name;
  std::vector<Phase> phases;  // empty: all
  std::vector<std::pair<std::string, std::string>> labels;
  int limit = 500;    // 1 to 5000
  std::string after;  // page token of the page before; empty: the first
};

struct JobPage {
  std::vector<std::shared_ptr<const Job>> jobs;  // newest first
  std::string next;                              // page token; empty: that was all
};

// An accepted job's own text.
struct StoredRequest {
  std::string bytes;
  std::string labels;  // JSON object
  std::string jobtype_version;
};

struct EventPage {
  std::vector<Event> events;
  std::int64_t last_sequence = 0;  // of the newest event committed, matched or not
  std::int64_t first_kept = 0;     // events before this sequence have been pruned
};

// One connection that only reads, opened for each thread that asks; transactions are short. Every
// call may throw nothing; an unreadable store ends the process. [any]
class Reader {
 public:
  virtual ~Reader() = default;

  virtual JobPage jobs(const JobFilter& filter) = 0;
  virtual std::optional<Job> job(const std::string& id) = 0;
  virtual std::vector<Attempt> attempts(const std::string& id) = 0;  // oldest first
  virtual std::optional<StoredRequest> request(const std::string& id) = 0;
  // Events after `since`, at most `limit`, of one job or (empty) of all.
  virtual EventPage events(const std::string& job, std::int64_t since, int limit) = 0;
  virtual std::optional<DecisionRecord> decision(const std::string& job, int attempt) = 0;
  virtual std::vector<std::pair<Phase, std::int64_t>> counts() = 0;
};

}  // namespace berth
