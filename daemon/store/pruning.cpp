#include "store/pruning.hpp"

#include <algorithm>
#include <array>

namespace berth {
namespace {

constexpr std::string_view kFirstKept = "first_kept";  // what watchers may resume from
constexpr std::string_view kTrimmedTo = "trimmed_to";  // events before were looked at

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

}  // namespace

Pruning::Pruning(Database& database)
    : database_(database),
      find_expired_(database,
                    "SELECT row FROM jobs WHERE expires_ms IS NOT NULL AND expires_ms <= ? "
                    "ORDER BY expires_ms LIMIT ?"),
      last_event_of_(database, "SELECT max(sequence) FROM events WHERE job = ?"),
      find_mark_(database, "SELECT value FROM meta WHERE name = ?"),
      raise_mark_(database,
                  "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET "
                  "value = max(value, excluded.value)"),
      trim_(database,
            "DELETE FROM events WHERE sequence >= ? AND sequence <= ? AND NOT EXISTS "
            "(SELECT 1 FROM jobs WHERE row = events.job AND expires_ms IS NULL)") {
  for (const char* sql : kRemoveJob) remove_job_.emplace_back(database, sql);
}

int Pruning::remove_expired(std::int64_t now_ms, int limit) {
  std::vector<std::int64_t> expired;
  {
    Rows rows = find_expired_.query(now_ms, limit);
    while (rows.next()) expired.push_back(rows.integer());
  }
  for (const std::int64_t row : expired) remove_job(row);
  return static_cast<int>(expired.size());
}

void Pruning::remove_job(std::int64_t row) {
  {
    Rows last = last_event_of_.query(row);
    if (last.next()) raise_mark_.run(kFirstKept, last.integer() + 1);
  }
  for (Statement& statement : remove_job_) statement.run(row);
}

void Pruning::trim_events(std::int64_t events_max, int limit) {
  const std::int64_t newest = database_.ask("SELECT max(sequence) FROM events");
  const std::int64_t first = mark(kTrimmedTo) + 1;
  const std::int64_t last = std::min(newest - events_max, first + limit - 1);
  if (last < first) return;
  trim_.run(first, last);
  raise_mark_.run(kTrimmedTo, last);
  raise_mark_.run(kFirstKept, last + 1);
}

std::int64_t Pruning::mark(std::string_view name) {
  Rows found = find_mark_.query(name);
  return found.next() ? found.integer() : 0;
}

}  // namespace berth
