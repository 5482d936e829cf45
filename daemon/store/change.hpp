// What one step of one job writes, and what became of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/event.hpp"
#include "model/job.hpp"

namespace berth {

// The parts of an accepted job that only the store keeps.
struct NewJob {
  std::string request;                     // exact bytes
  std::string jobtype_version;             // of the plugin that read it
  std::string labels;                      // JSON object
  std::int64_t ttl_after_finished_ms = 0;  // negative: kept for ever
  std::string idempotency_key;             // empty: none
  std::string principal;                   // whom the key is bound to
  std::string body_hash;                   // and the body; empty without a key
};

// How a decision was made: bytes that the store does not read. Equal tables are stored once.
struct DecisionRecord {
  int attempt = 0;
  std::string table;
  std::string moment;  // when, and on what; empty: the table is JSON of an older Berth
};

// A cluster's mark that outlives the daemon.
struct ClusterMark {
  std::string cluster;
  std::string state;  // "", "cordoned" or "draining"
  std::string reason;
  std::string user;
  std::int64_t at_ms = 0;
};

// Committed whole or not at all. A job's id, name, class, owner, user, uid, gid and time of
// submission are those of its first change for ever; the rest is as in its last. Without `job`, an
// event is of the job that it names, or of the site.
struct Change {
  std::optional<NewJob> accepted;  // the job's first change
  std::optional<Job> job;          // its row and its newest attempt's, as they become
  std::vector<Event> events;       // appended; sequence and job id are filled in by the store
  std::optional<DecisionRecord> decision;
  std::optional<ClusterMark> mark;
};

struct Committed {
  enum class Outcome {
    kDone,
    kRepeated,  // the idempotency key was known with the same body: `job_id` is the first one's
    kConflict,  // the idempotency key was known with another body
    kRefused,   // not written, the store goes on (disk full, a bad row): `message` says why
  };
  Outcome outcome = Outcome::kDone;
  std::int64_t sequence = 0;  // of the last event written
  std::string job_id;
  std::string message;
};

// Where changes become durable. After an error that leaves their fate unknown (an I/O error, a
// failed fsync) it ends the process: what is durable is read again at the next start.
class Journal {
 public:
  virtual ~Journal() = default;

  // Queues `change`; `done` is called on the loop once it is durable, in the order of the calls.
  // [loop]
  virtual void commit(Change change, std::function<void(const Committed&)> done) = 0;
};

}  // namespace berth
