#include "store/pruning.hpp"

#include <algorithm>
#include <array>

namespace berth {
namespace {

constexpr std::string_view kFirstKept = "first_kept";  // what watchers may resume from
constexpr std::string_view kTrimmedTo = "trimmed_to";  // events before were looked at
constexpr int kEventsPerJob = 100;                     // looked at in the time of one job

// The job's own row goes last: its class is looked up there.
constexpr std::array kRemoveJob{
    "DELETE FROM labels WHERE job = ?1 AND (key, value) IN "
    "(SELECT key, value FROM accepted, json_each(accepted.labels) "
    "WHERE accepted.job = ?1 AND labels <> '')",
    "DELETE FROM accepted WHERE job = ?1",
    "DELETE FROM attempts WHERE job = ?1",
    "DELETE FROM events WHERE job = ?1",
    "DELETE FROM decisions WHERE decision IN (SELECT decision FROM decided WHERE job = ?1) AND "
    "NOT EXISTS (SELECT 1 FROM decided AS other WHERE other.decision = decisions.decision AND "
    "other.job <> ?1)",
    "DELETE FROM decided WHERE job = ?1",
    "DELETE FROM classes WHERE class = (SELECT class FROM jobs WHERE row = ?1) AND "
    "NOT EXISTS (SELECT 1 FROM jobs AS other WHERE other.class = classes.class AND "
    "other.row <> ?1)",
    "DELETE FROM jobs WHERE row = ?1",
};

std::int64_t beyond(std::int64_t count, std::int64_t limit) {
  return limit > 0 ? std::max<std::int64_t>(0, count - limit) : 0;
}

}  // namespace

std::int64_t time_for_pruning(const Stamp& began, const Stamp& now) {
  return std::min(now.wall_ms, began.wall_ms + elapsed_ms(began, now));
}

Pruning::Pruning(Database& database, const Retention& retention)
    : database_(database),
      retention_(retention),
      find_oldest_(database,
                   "SELECT row, id, expires_ms FROM jobs WHERE expires_ms IS NOT NULL "
                   "ORDER BY expires_ms LIMIT ?"),
      attempts_of_(database, "SELECT number, cluster FROM attempts WHERE job = ?"),
      last_event_of_(database, "SELECT max(sequence) FROM events WHERE job = ?"),
      last_aged_event_(database,
                       "SELECT ifnull(max(sequence), 0) FROM (SELECT sequence, at_ms FROM events "
                       "WHERE sequence >= ? ORDER BY sequence LIMIT ?) WHERE at_ms <= ?"),
      find_mark_(database, "SELECT value FROM meta WHERE name = ?"),
      raise_mark_(database,
                  "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET "
                  "value = max(value, excluded.value)"),
      trim_events_(database,
                   "DELETE FROM events WHERE sequence >= ? AND sequence <= ? AND NOT EXISTS "
                   "(SELECT 1 FROM jobs WHERE row = events.job AND expires_ms IS NULL)"),
      find_decided_(database,
                    "SELECT decided.job, decided.attempt, decision, ended_ms FROM decided CROSS JOIN "
                    "jobs ON jobs.row = decided.job WHERE expires_ms IS NOT NULL ORDER BY decided.job, "
                    "decided.attempt LIMIT ?"),
      drop_decision_(database,
                     "DELETE FROM decisions WHERE decision = ?1 AND NOT EXISTS "
                     "(SELECT 1 FROM decided WHERE decision = ?1)"),
      drop_decided_(database, "DELETE FROM decided WHERE job = ? AND attempt = ?") {
  for (const char* sql : kRemoveJob) remove_job_.emplace_back(database, sql);
}

void Pruning::begin(std::int64_t now_ms) {
  now_ms_ = now_ms;
  jobs_too_many_ =
      beyond(database_.ask("SELECT count(*) FROM jobs WHERE expires_ms IS NOT NULL"),
             retention_.finished_jobs_max);
  decisions_too_many_ =
      beyond(database_.ask("SELECT count(*) FROM decided"), retention_.decisions_max);
}

Pruned Pruning::remove_some(int jobs_max) {
  Pruned pruned;
  remove_jobs(jobs_max, pruned);
  trim_events(jobs_max * kEventsPerJob, pruned);
  trim_decisions(jobs_max, pruned);
  return pruned;
}

// Those whose time is up, and where there are too many, those whose time would be up next.
void Pruning::remove_jobs(int limit, Pruned& pruned) {
  struct Finished {
    std::int64_t row = 0;
    std::string id;
    std::int64_t expires_ms = 0;
  };
  std::vector<Finished> oldest;
  {
    Rows rows = find_oldest_.query(limit);
    while (rows.next()) {
      Finished& job = oldest.emplace_back();
      rows.into(job.row, job.id, job.expires_ms);
    }
  }
  const bool must_shrink = is_file_too_large();
  for (const Finished& job : oldest) {
    if (job.expires_ms > now_ms_ && jobs_too_many_ <= 0 && !must_shrink) return;
    const std::size_t known = pruned.attempts.size();
    remove_job(job.row, pruned);
    for (std::size_t i = known; i < pruned.attempts.size(); ++i) pruned.attempts[i].job = job.id;
    --jobs_too_many_;
    ++pruned.jobs;
  }
  if (pruned.jobs == limit) pruned.is_all = false;
}

bool Pruning::is_file_too_large() {
  if (retention_.bytes_max <= 0) return false;
  const std::int64_t pages =
      database_.ask("PRAGMA page_count") - database_.ask("PRAGMA freelist_count");
  return pages * database_.ask("PRAGMA page_size") > retention_.bytes_max;
}

void Pruning::remove_job(std::int64_t row, Pruned& pruned) {
  {
    Rows last = last_event_of_.query(row);
    if (last.next()) raise_mark_.run(kFirstKept, last.integer() + 1);
  }
  {
    Rows rows = attempts_of_.query(row);
    while (rows.next()) {
      RemovedAttempt& attempt = pruned.attempts.emplace_back();
      rows.into(attempt.attempt, attempt.cluster);
    }
  }
  for (Statement& statement : remove_job_) statement.run(row);
}

void Pruning::trim_events(int limit, Pruned& pruned) {
  const std::int64_t first = mark(kTrimmedTo) + 1;
  const std::int64_t last = last_event_to_trim(first, limit);
  if (last < first) return;
  trim_events_.run(first, last);
  pruned.events += database_.ask("SELECT changes()");
  raise_mark_.run(kTrimmedTo, last);
  raise_mark_.run(kFirstKept, last + 1);
  if (last - first + 1 >= limit) pruned.is_all = false;
}

std::int64_t Pruning::last_event_to_trim(std::int64_t first, int limit) {
  std::int64_t last = 0;
  if (retention_.events_max > 0) {
    const std::int64_t newest = database_.ask("SELECT max(sequence) FROM events");
    last = std::min(newest - retention_.events_max, first + limit - 1);
  }
  if (retention_.events_age_ms > 0) {
    Rows rows = last_aged_event_.query(first, limit, now_ms_ - retention_.events_age_ms);
    if (rows.next()) last = std::max(last, rows.integer());
  }
  return last;
}

// The oldest first, up to the first that may stay.
void Pruning::trim_decisions(int limit, Pruned& pruned) {
  struct Decided {
    std::int64_t job = 0;
    int attempt = 0;
    std::int64_t decision = 0;
    std::int64_t ended_ms = 0;
  };
  if (decisions_too_many_ <= 0 && retention_.decisions_age_ms <= 0) return;
  std::vector<Decided> oldest;
  {
    Rows rows = find_decided_.query(limit);
    while (rows.next()) {
      Decided& one = oldest.emplace_back();
      rows.into(one.job, one.attempt, one.decision, one.ended_ms);
    }
  }
  std::int64_t removed = 0;
  for (const Decided& one : oldest) {
    const bool is_aged = retention_.decisions_age_ms > 0 &&
                         one.ended_ms <= now_ms_ - retention_.decisions_age_ms;
    if (!is_aged && decisions_too_many_ <= 0) break;
    drop_decided_.run(one.job, one.attempt);
    drop_decision_.run(one.decision);
    --decisions_too_many_;
    ++removed;
  }
  pruned.decisions += removed;
  if (removed == limit) pruned.is_all = false;
}

std::int64_t Pruning::mark(std::string_view name) {
  Rows found = find_mark_.query(name);
  return found.next() ? found.integer() : 0;
}

}  // namespace berth
