// How jobs, attempts and events stand in their rows. Each list of columns has one function beside
// it that names the fields in the same order, for writing and for reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/event.hpp"
#include "model/job.hpp"
#include "store/change.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

void put(Statement& statement, Phase phase);
void put(Statement& statement, OnClusterLost choice);
void put(Statement& statement, Verdict verdict);
void put(Statement& statement, const std::vector<std::string>& words);
void put(Statement& statement, const Termination& termination);

void get(Rows& rows, Phase& phase);
void get(Rows& rows, OnClusterLost& choice);
void get(Rows& rows, Verdict& verdict);
void get(Rows& rows, std::vector<std::string>& words);
void get(Rows& rows, Termination& termination);

// What is written when the job is accepted and never again.
inline constexpr std::string_view kLastingColumns =
    "id, name, owner, user, uid, gid, submitted_ms, submitted_boot_ms, submitted_boot";

template <typename AJob, typename Visit>
decltype(auto) with_lasting_fields(AJob& job, Visit visit) {
  return visit(job.id, job.name, job.owner, job.user, job.uid, job.gid, job.submitted);
}

// What each change of the job writes.
inline constexpr std::string_view kChangingColumns =
    "phase, attempt, priority, held, held_by, held_reason, ended_ms, ended_boot_ms, ended_boot, "
    "start_deadline_ms, run_deadline_ms, retry_limit, retry_on, on_cluster_lost, retries_used, "
    "start_failures, excluded_pools, not_before_ms, not_before_boot_ms, not_before_boot, verdict, "
    "reason, message, exit_code, termination_reason, termination_user, terminated_ms, "
    "terminated_boot_ms, terminated_boot";

template <typename AJob, typename Visit>
decltype(auto) with_changing_fields(AJob& job, Visit visit) {
  return visit(job.phase, job.attempt.number, job.priority, job.held, job.held_by, job.held_reason,
               job.ended, job.start_deadline_ms, job.run_deadline_ms, job.retry_limit, job.retry_on,
               job.on_cluster_lost, job.retries_used, job.start_failures, job.excluded_pools,
               job.not_before, job.verdict, job.reason, job.message, job.exit_code,
               job.termination);
}

inline constexpr std::string_view kAttemptColumns =
    "number, cluster, pool, tier, external_ref, remote_uid, reason, message, scheduled_ms, "
    "scheduled_boot_ms, scheduled_boot, launched_ms, launched_boot_ms, launched_boot, ready_ms, "
    "ready_boot_ms, ready_boot, ended_ms, ended_boot_ms, ended_boot, released_ms, "
    "released_boot_ms, released_boot, status";

template <typename AnAttempt, typename Visit>
decltype(auto) with_attempt_fields(AnAttempt& attempt, Visit visit) {
  return visit(attempt.number, attempt.cluster, attempt.pool, attempt.tier, attempt.external_ref,
               attempt.remote_uid, attempt.reason, attempt.message, attempt.scheduled,
               attempt.launched, attempt.ready, attempt.ended, attempt.released, attempt.status);
}

inline constexpr std::string_view kEventColumns =
    "attempt, kind, phase, reason, message, user, at_ms";

template <typename AnEvent, typename Visit>
decltype(auto) with_event_fields(AnEvent& event, Visit visit) {
  return visit(event.attempt, event.kind, event.phase, event.reason, event.message, event.user,
               event.at_ms);
}

inline constexpr std::string_view kMarkColumns = "cluster, state, reason, user, at_ms";

template <typename AMark, typename Visit>
decltype(auto) with_mark_fields(AMark& mark, Visit visit) {
  return visit(mark.cluster, mark.state, mark.reason, mark.user, mark.at_ms);
}

std::string placeholders(std::string_view columns);  // "?, ?, ?" for three
std::string excluded(std::string_view columns);  // "a = excluded.a, b = excluded.b", for upserts

}  // namespace berth
