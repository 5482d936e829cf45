// Everything the loop owns, and the one way to change a job: write the change down, and only when it
// is durable go on from it. Used by the files of lifecycle/ alone; everything is [loop].
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "fleet/cluster_controller.hpp"
#include "fleet/pool_table.hpp"
#include "launcher/launcher.hpp"
#include "lifecycle/class_table.hpp"
#include "lifecycle/engine.hpp"
#include "lifecycle/roster.hpp"
#include "queue/queue.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {

// What a person asked of a job; kept while another change of it is on its way to the store.
struct Wish {
  enum class Kind { kKill, kHold, kResume, kRequeue };
  Kind kind;
  Actor actor;
  Reply<Nothing> reply;
};

// How sure we are whether an attempt's create has happened.
enum class Certainty {
  kNeverAsked,  // nothing can exist
  kDoubtful,    // asked, by us or by a process that died, and the answer is not known
  kCertain,     // it exists or existed, or was refused for good
};

// What this process knows of the newest attempt beyond its row. Worked out again after a restart.
struct Remote {
  Certainty certainty = Certainty::kNeverAsked;
  bool is_calling = false;  // launch, adopt or release is under way
  bool was_looked_for = false;   // adopt has answered since the doubt began
  bool is_watched = false;       // the backend tells us of its changes
  std::string external_ref;      // as the cluster last said
  std::string uid;
  int failures = 0;              // of calls in a row, for backing off
  Stamp next_call;
  std::optional<Observation> seen;
  bool is_interpreting = false;
  std::optional<std::string> newer_status;  // came while one was being interpreted
  bool is_probing = false;
  std::optional<ProbeStep> readiness;
  std::string launch_trouble;       // why the last launch did not happen
  std::string launch_reason;        // the same in one word, when the cluster had one
  std::vector<std::string> launch_warnings;  // of the one that did; until they are written down
  std::string unknown_status;       // what the job type did not know lately
  bool is_unknown_told = true;      // that is written down
  std::string release_trouble;      // why the last release is not confirmed
  bool is_release_told = true;      // that is written down
  int releases_told = 0;            // of this attempt
  std::optional<std::string> gone;  // release was confirmed, in these words
  std::set<std::int64_t> alarms;  // wall times for which this job will be looked at again
};

struct Live {
  Job job;  // as committed
  bool is_changing = false;
  std::deque<Wish> wishes;
  Remote remote;
};

// A change of one job, to be committed.
struct Step {
  Job next;
  std::vector<Event> events;
  std::optional<DecisionRecord> decision;  // with a new attempt
  Reply<Nothing> reply;  // to whoever wished it; may be empty
};

// An attempt of an older epoch of the store that no job here waits for, or of a job that the store
// never had. A person decides about it.
struct OldStray {
  std::string cluster;
  FoundAttempt found;
  bool is_going = false;  // somebody said so
};

struct Reservation {
  std::string job;
  std::int64_t priority;
  std::int64_t submitted_ms;
  std::set<int> pools;
};

struct World final : ClusterListener {
  World(Engine& engine, Outside outside, const Site& site, Policy policy,
        std::map<std::string, Backend*> backends, std::map<std::string, JobType*> jobtypes);

  // --- one job
  Live* find(const std::string& id);
  // Makes `step` durable, then goes on with the job. Does nothing else meanwhile.
  void commit(Live& live, Step step);
  void finish_commit(Job next, const Reply<Nothing>& reply, const Committed& committed);
  // Does the next missing thing, as far as it can be done now; may be called any number of times.
  void reconcile(Live& live);
  void reconcile_soon(const std::string& id, std::int64_t delay_ms);
  void grant(Live& live, Wish wish);
  void forget_job(const std::string& id);
  void take_up(Job job);
  void join(const std::string& id, Roster::Resting resting, const Committed& committed,
            const Reply<Submitted>& reply);
  void count_one_less(std::uint32_t uid);

  // --- the queue
  void enqueue(const std::string& id, const Roster::Resting& resting);
  void want_round();
  void run_round();
  bool decide_some();
  void let_them_rest();
  Asker asker_of(const Job& job) const;
  void place(Live& live);
  std::shared_ptr<const Refusal> why_pending(const std::string& id) const;

  // --- clusters
  ClusterController* cluster_of(const Job& job);
  void cluster_started(const std::string& cluster, StartReport report) override;
  void cluster_changed(const std::string& cluster) override;
  void cluster_reported(const std::string& cluster, std::vector<ReportedPool> pools) override;
  void cluster_workload(const std::string& cluster, WorkloadEvent event) override;
  void show_cluster_state(const std::string& cluster);
  void release_stray(const std::string& cluster, const FoundAttempt& stray);
  bool is_of_unknown_job(const AttemptKey& key);
  void keep_for_a_person(const std::string& cluster, const FoundAttempt& stray);
  void forget_old_strays_of(const std::string& cluster);
  const OldStray* old_stray_of(const std::string& job) const;  // the newest
  void take_status(Live& live, std::string native_status);
  void take_observation(Live& live, Result<Observation> seen);
  bool knows_every_cluster() const;
  std::vector<std::string> attempts_on(const std::string& cluster) const;  // ids of jobs
  int give_up_cluster(const std::string& cluster);

  Engine& engine;
  Outside outside;
  const Site& site;
  LaunchDesk desk;
  PoolTable pools;
  Queue queue;
  Scheduler scheduler;
  std::map<std::string, JobType*> jobtypes;
  std::map<std::string, std::unique_ptr<ClusterController>> clusters;
  std::map<std::string, ClusterMark> marks;
  std::set<std::string> tombstone_clusters;  // whose releases beat late launches
  Roster jobs;
  std::vector<std::string> may_rest;  // wait, and nothing else is wanted of them for now
  ClassTable classes;
  std::set<AttemptKey> strays;  // being released
  std::map<AttemptKey, OldStray> old_strays;
  std::vector<Reservation> reservations;
  DecisionCounts decisions;
  std::size_t joining = 0;  // submissions on their way to the store
  std::unordered_map<std::uint32_t, std::int64_t> jobs_of_user;  // unfinished or joining, by uid
  bool round_wanted = false;
  bool stopped = false;
  std::int64_t seen_openings = 0;
};

// --- phases: each does the next missing thing of a job in it
void reconcile_pending(World& world, Live& live);
void reconcile_scheduled(World& world, Live& live);
void reconcile_launching(World& world, Live& live);
void reconcile_running(World& world, Live& live);
void reconcile_releasing(World& world, Live& live);
void reconcile_killing(World& world, Live& live);

// --- steps that several phases take
Event event_of(const Job& job, std::string kind, std::string message = {});

// The attempt is over: its things are released, and `verdict` is what becomes of the job then.
void end_attempt(World& world, Live& live, Verdict verdict, const std::string& reason,
                 const std::string& message, int exit_code = 0);
// It failed for `reason`: tried again where the job allows it for that reason.
void fail_or_retry(World& world, Live& live, const std::string& reason,
                   const std::string& message, int exit_code = 0);
// It never became ready, through nobody's fault: it is placed again, here or elsewhere.
void start_anew(World& world, Live& live, const std::string& reason, const std::string& message);
// It never became ready: this pool is left out and the next best is tried.
void fail_to_start(World& world, Live& live, const std::string& reason,
                   const std::string& message);
// Ends the attempt when the cluster says that it ended. True: it did.
bool end_if_over(World& world, Live& live);
// Ends it when its cluster stayed lost and the job said to fail then. True: it did.
bool end_if_cluster_lost(World& world, Live& live);

// Asks the cluster what it has of this attempt and watches it.
void look_for(World& world, Live& live);
// Asks the cluster to make it, after looking for it where there is doubt.
void settle(World& world, Live& live);
// Releases what there may be of the attempt; once that is confirmed calls `finish` with words for people.
void release_attempt(World& world, Live& live,
                     void (*finish)(World&, Live&, const std::string& message));

// What people are shown of the attempt: the last observation with what its head said. JSON.
std::string status_of(const Remote& remote);
// Asks the head of a job how many of its workers have joined.
void ask_head(World& world, Live& live);
// Shows what is newly known of the attempt. True: there was something, and it is being committed.
bool show_progress(World& world, Live& live);

// `ms` after `now`, within the same boot.
Stamp later(Stamp now, std::int64_t ms);

// True when `limit_ms` after `since` have passed; else the job is looked at again then. 0: no limit.
bool is_overdue(World& world, Live& live, const Stamp& since, std::int64_t limit_ms);

}  // namespace berth
