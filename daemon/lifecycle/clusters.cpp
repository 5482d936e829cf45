// What clusters say, and what that changes.
#include <utility>

#include "base/log.hpp"
#include "lifecycle/world.hpp"
#include "model/id.hpp"
#include "watcher/watcher.hpp"

namespace berth {
namespace {

constexpr std::int64_t kStrayRetryMs = 5000;

bool is_wanted(const Live* live, const AttemptKey& key) {
  return live != nullptr && live->job.attempt.number == key.attempt &&
         live->job.has_live_attempt();
}

berth_cluster_state state_of(const ClusterController& cluster, const std::string& mark) {
  if (cluster.health() != ClusterHealth::kReady || cluster.is_breaker_open() ||
      mark == "forgotten")
    return BERTH_CLUSTER_OFFLINE;
  if (mark == "draining") return BERTH_CLUSTER_DRAINING;
  if (mark == "cordoned") return BERTH_CLUSTER_CORDONED;
  return BERTH_CLUSTER_READY;
}

// Statuses come often, so each is said once.
void note_unknown(Live& live, std::string why) {
  if (why.empty()) why = "its status is of no kind that its job type knows";
  if (why == live.remote.unknown_status) return;
  log_warning("status_not_understood", {{"job", live.job.id}, {"why", why}});
  live.remote.unknown_status = std::move(why);
  live.remote.is_unknown_told = false;
}

}  // namespace

bool World::knows_every_cluster() const {
  for (const auto& [name, cluster] : clusters) {
    if (!cluster->is_known()) return false;
  }
  return true;
}

void World::show_cluster_state(const std::string& cluster) {
  if (clusters.count(cluster) == 0) return;  // the site no longer names it
  const auto mark = marks.find(cluster);
  pools.set_cluster_state(
      cluster, state_of(*clusters.at(cluster), mark == marks.end() ? "" : mark->second.state));
  want_round();
}

void World::cluster_started(const std::string& cluster, StartReport report) {
  if (report.tombstones) tombstone_clusters.insert(cluster);
  forget_old_strays_of(cluster);
  for (const FoundAttempt& found : report.found) {
    if (is_wanted(find(found.key.job), found.key)) continue;
    if (found.epoch != outside.epoch || is_of_unknown_job(found.key)) {
      keep_for_a_person(cluster, found);
    } else {
      release_stray(cluster, found);
    }
  }
  for (const auto& [id, live] : jobs.awake()) {
    if (live->job.attempt.cluster == cluster) reconcile_soon(id, 0);
  }
}

// A job is stored before anything of it is made, so this is not ours, though it bears our name: a
// copy of this store is in use elsewhere, or somebody copied an object.
bool World::is_of_unknown_job(const AttemptKey& key) {
  return !jobs.look_at(key.job) && outside.request(key.job).empty();
}

void World::cluster_changed(const std::string& cluster) {
  show_cluster_state(cluster);
  const bool is_offline = clusters.at(cluster)->health() == ClusterHealth::kOffline;
  for (const auto& [id, live] : jobs.awake()) {
    if (live->job.attempt.cluster != cluster || !live->job.has_live_attempt()) continue;
    if (is_offline && live->job.on_cluster_lost == OnClusterLost::kFail)
      reconcile_soon(id, site.probes.lost_after_ms - clusters.at(cluster)->offline_ms());
  }
}

void World::cluster_reported(const std::string& cluster,
                                     std::vector<ReportedPool> reported) {
  ClusterController& from = *clusters.at(cluster);
  from.set_remarks(pools.report(cluster, reported, from.backend().formats()));
  show_cluster_state(cluster);
}

// Anything of an attempt that is over is released on sight; it changes nothing about its job.
void World::cluster_workload(const std::string& cluster, WorkloadEvent event) {
  Live* live = find(event.key.job);
  if (old_strays.count(event.key) > 0 || strays.count(event.key) > 0) return;
  if (!is_wanted(live, event.key)) {
    const FoundAttempt stray{event.key, event.uid, outside.epoch};
    return is_of_unknown_job(event.key) ? keep_for_a_person(cluster, stray)
                                        : release_stray(cluster, stray);
  }
  const std::string& uid = live->job.attempt.remote_uid;
  if (!uid.empty() && !event.uid.empty() && uid != event.uid) {
    log_warning("event_of_another_creation", {{"job", event.key.job}, {"uid", event.uid}});
    return;
  }
  take_status(*live, std::move(event.native_status));
}

void World::release_stray(const std::string& cluster, const FoundAttempt& stray) {
  if (stopped || !strays.insert(stray.key).second) return;
  log_info("stray_released", {{"cluster", cluster},
                              {"job", stray.key.job},
                              {"attempt", stray.key.attempt}});
  const ReleaseOrder order{
      stray.key, attempt_name(stray.key.job, stray.key.attempt), "", stray.uid};
  clusters.at(cluster)->backend().release(order, [this, cluster, stray](BackendReply reply) {
    strays.erase(stray.key);
    if (reply.status == CallStatus::kOk || reply.status == CallStatus::kNotFound) {
      if (old_strays.erase(stray.key) > 0) reconcile_soon(stray.key.job, 0);
      return;
    }
    outside.loop.after(std::chrono::milliseconds(kStrayRetryMs),
                       [this, cluster, stray] { release_stray(cluster, stray); });
  });
}

// Statuses are whole pictures: while one is being read only the newest of the others counts.
void World::take_status(Live& live, std::string native_status) {
  Remote& remote = live.remote;
  if (remote.is_interpreting) {
    remote.newer_status = std::move(native_status);
    return;
  }
  const auto jobtype = jobtypes.find(live.job.wanted->type);
  ClusterController* cluster = cluster_of(live.job);
  if (jobtype == jobtypes.end() || cluster == nullptr) return;
  remote.is_interpreting = true;
  const AttemptKey key{live.job.id, live.job.attempt.number};
  interpret(outside.loop, outside.workers, *jobtype->second,
            common_format(*jobtype->second, cluster->backend()), live.job.wanted,
            std::move(native_status), [this, key](Result<Observation> seen) {
              Live* now = find(key.job);
              if (is_wanted(now, key)) take_observation(*now, std::move(seen));
            });
}

void World::take_observation(Live& live, Result<Observation> seen) {
  Remote& remote = live.remote;
  remote.is_interpreting = false;
  const bool is_known = seen && seen->state != Observation::State::kUnknown;
  if (is_known) {
    remote.seen = std::move(*seen);
  } else {  // the last state is kept
    note_unknown(live, seen ? seen->message : seen.error().message);
  }
  if (remote.newer_status) {
    std::string newer = std::move(*remote.newer_status);
    remote.newer_status.reset();
    take_status(live, std::move(newer));
  }
  reconcile(live);
}

}  // namespace berth
