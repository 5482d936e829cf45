// The one thread's world: every unfinished job, the fleet, the queue; what comes in and what is done
// about it. Everything here is [loop].
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"
#include "config/site.hpp"
#include "fleet/views.hpp"
#include "lifecycle/decision_counts.hpp"
#include "model/job.hpp"
#include "model/refusal.hpp"
#include "plugins/backend.hpp"
#include "plugins/intern.hpp"
#include "plugins/jobtype.hpp"
#include "scheduler/decision.hpp"
#include "scheduler/policy.hpp"
#include "secrets/tokens.hpp"
#include "store/change.hpp"

namespace berth {

// A request that was read and checked on an I/O thread.
struct Submission {
  Job job;  // no id yet; phase Pending
  NewJob accepted;
  std::vector<Problem> notes;  // what will hold otherwise than its request says
  bool strict = false;  // refuse what no known pool could ever take
  std::int64_t jobs_of_user_max = 0;  // unfinished ones of this user; 0: no such limit
};

struct Submitted {
  std::string id;
  bool repeated = false;  // the idempotency key named an earlier submission
  std::vector<Problem> notes{};  // those of the submission
};

// Who asks: already known to be allowed.
struct Actor {
  std::string user;
  std::string reason;
};

template <typename T>
using Reply = std::function<void(Result<T>)>;

struct Nothing {};

// Hands over the unfinished jobs one after the other.
using JobSource = std::function<void(const std::function<void(Job)>& take)>;

// The bytes of an accepted request, finished jobs' too; empty: the store has no such job. [any]
using RequestSource = std::function<std::string(const std::string& job)>;

// What stands on a cluster since an older epoch of the store, and no job of this one waits for.
struct StrayView {
  AttemptKey key;
  std::string cluster;
  std::int64_t epoch = 0;
  std::string uid;
  std::string job_phase;  // empty: this store knows no unfinished job of that id
  bool is_going = false;  // released; not yet confirmed
};

// Everything from outside. The references outlive the engine.
struct Outside {
  Loop& loop;
  Workers& workers;
  const Clock& clock;
  Chance& chance;
  Journal& journal;
  RequestSource request;
  Interns& interns;
  Tokens& tokens;
  std::string instance;  // of this Berth
  std::int64_t epoch;    // of its store
};

struct World;  // of lifecycle/ alone

class Engine {
 public:
  // `backends` by cluster name and `jobtypes` by type name outlive the engine.
  Engine(Outside outside, const Site& site, Policy policy,
         std::map<std::string, Backend*> backends, std::map<std::string, JobType*> jobtypes);
  ~Engine();

  // Takes up the unfinished jobs and the marks of clusters, then starts the clusters. Once, first.
  void start(const JobSource& unfinished, std::vector<ClusterMark> marks);
  // No new steps are taken; what runs goes on running.
  void stop();

  // Answered after the commit. Errors: QueueFull, ExceedsMaxCapacity, NoMatchingPool,
  // IdempotencyConflict, StoreFull, Stopping.
  void submit(Submission submission, Reply<Submitted> reply);
  // Errors for the next four: NotFound (no unfinished job of that id), Conflict (its phase does not
  // allow it; the message says which and why), StoreFull, Stopping.
  void kill(const std::string& id, const Actor& actor, Reply<Nothing> reply);
  void hold(const std::string& id, const Actor& actor, Reply<Nothing> reply);
  void resume(const std::string& id, const Actor& actor, Reply<Nothing> reply);
  void requeue(const std::string& id, const Actor& actor, Reply<Nothing> reply);

  // Errors for the next three: NotFound (no such cluster), Conflict (`forget` of one that is not
  // offline). `state` is "" (uncordon), "cordoned" or "draining".
  void mark_cluster(const std::string& cluster, const std::string& state, const Actor& actor,
                    Reply<Nothing> reply);
  // Gives up what runs on a cluster that is gone for good, be it still in the site file or not;
  // answers how many jobs that touched.
  void forget_cluster(const std::string& cluster, const Actor& actor, Reply<int> reply);

  // Errors for the next two: NotFound (no such stray). The job goes on with the attempt as if it had
  // placed it itself; Conflict: no unfinished job of that id waits for a place.
  void adopt_stray(const AttemptKey& key, const Actor& actor, Reply<Nothing> reply);
  // Ends it and what is left of it; answered when that is stored, done when it is confirmed.
  void release_stray(const AttemptKey& key, const Actor& actor, Reply<Nothing> reply);
  std::vector<StrayView> strays() const;

  // These attempts' jobs have been removed from the store: what clusters kept of them may go.
  void forget_remains(const std::string& cluster, const std::vector<AttemptKey>& attempts);

  // Decides for a waiting job as things stand now, placing nothing. Errors: NotFound (not Pending).
  Result<Decision> explain(const std::string& id);
  // The same for a job that was never submitted.
  Decision plan(const Job& job);

  // Why each of these waiting jobs waits. Unknown ids are left out.
  PendingReasons pending_reasons(const std::vector<std::string>& ids);

  std::vector<ClusterView> clusters() const;
  std::vector<PoolView> pools() const;
  bool has_seen_every_cluster() const;  // each has reported or is offline
  std::size_t unfinished() const;
  // How many jobs in the queue wait for each reason; "" is of those not yet decided about.
  std::map<std::string, std::size_t> waiting_by_reason() const;
  const DecisionCounts& decisions() const;  // [any]

  // Called after every commit with the sequence of its last event.
  std::function<void(std::int64_t)> on_commit;

 private:
  std::unique_ptr<World> world_;
};

}  // namespace berth
