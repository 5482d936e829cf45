#include "store/change_recorder.hpp"

#include <limits>
#include <optional>

#include "store/rows.hpp"

namespace berth {
namespace {

constexpr std::int64_t kForEverMs = std::numeric_limits<std::int64_t>::max() / 4;

std::string text(std::string_view view) { return std::string(view); }

std::string add_job_sql() {
  const std::string columns = "class, project, ttl_ms, expires_ms, " + text(kLastingColumns) +
                              ", " + text(kChangingColumns);
  return "INSERT INTO jobs (" + columns + ") VALUES (" + placeholders(columns) + ")";
}

std::string update_job_sql() {
  return "UPDATE jobs SET (" + text(kChangingColumns) + ") = (" + placeholders(kChangingColumns) +
         "), expires_ms = ? + ttl_ms WHERE id = ? RETURNING row";
}

std::string put_attempt_sql() {
  return "INSERT INTO attempts (job, " + text(kAttemptColumns) + ") VALUES (?, " +
         placeholders(kAttemptColumns) + ") ON CONFLICT DO UPDATE SET " + excluded(kAttemptColumns);
}

std::string put_mark_sql() {
  return "INSERT INTO cluster_marks (" + text(kMarkColumns) + ") VALUES (" +
         placeholders(kMarkColumns) + ") ON CONFLICT DO UPDATE SET " + excluded(kMarkColumns);
}

std::string add_event_sql() {
  return "INSERT INTO events (job, " + text(kEventColumns) + ") VALUES (?, " +
         placeholders(kEventColumns) + ")";
}

std::optional<std::int64_t> ended_ms(const Job& job) {
  if (!is_terminal(job.phase)) return std::nullopt;
  return job.ended.wall_ms;
}

std::optional<std::int64_t> row_or_null(std::int64_t row) {
  if (row == 0) return std::nullopt;
  return row;
}

Committed refused(std::string id, std::string message) {
  return {Committed::Outcome::kRefused, 0, std::move(id), std::move(message)};
}

}  // namespace

ChangeRecorder::ChangeRecorder(const Database& database)
    : database_(database),
      classes_(database),
      decisions_(database),
      find_key_(database,
                "SELECT jobs.id, accepted.body_hash FROM accepted JOIN jobs ON jobs.row = "
                "accepted.job WHERE principal = ? AND idempotency_key = ? AND "
                "idempotency_key <> ''"),
      find_row_(database, "SELECT row FROM jobs WHERE id = ?"),
      add_job_(database, add_job_sql()),
      add_accepted_(database,
                    "INSERT INTO accepted (job, request, jobtype_version, labels, principal, "
                    "idempotency_key, body_hash) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      add_labels_(database,
                  "INSERT OR IGNORE INTO labels (key, value, job) SELECT key, value, ? FROM "
                  "json_each(?)"),
      update_job_(database, update_job_sql()),
      put_attempt_(database, put_attempt_sql()),
      put_decided_(database,
                   "INSERT INTO decided (job, attempt, decision, moment) VALUES (?, ?, ?, ?) ON "
                   "CONFLICT DO UPDATE SET (decision, moment) = (excluded.decision, "
                   "excluded.moment)"),
      add_event_(database, add_event_sql()),
      put_mark_(database, put_mark_sql()) {}

Committed ChangeRecorder::record(const Change& change) {
  Committed answer;
  std::int64_t row = 0;
  if (change.accepted && answer_known_key(*change.accepted, answer)) return answer;
  if (change.job && !write_job(change, row, answer)) return answer;
  if (change.decision && row == 0) return refused({}, "a decision belongs to no job");
  if (change.decision) write_decision(row, *change.decision);
  for (const Event& event : change.events)
    answer.sequence = append_event(change.job ? row : row_of(event.job), event);
  if (change.mark)
    with_mark_fields(*change.mark, [&](const auto&... fields) { put_mark_.run(fields...); });
  return answer;
}

bool ChangeRecorder::answer_known_key(const NewJob& accepted, Committed& answer) {
  if (accepted.idempotency_key.empty()) return false;
  Rows found = find_key_.query(accepted.principal, accepted.idempotency_key);
  if (!found.next()) return false;
  answer.job_id = found.text();
  const bool same_body = found.text() == accepted.body_hash;
  answer.outcome = same_body ? Committed::Outcome::kRepeated : Committed::Outcome::kConflict;
  return true;
}

// False: refused, as `answer` says.
bool ChangeRecorder::write_job(const Change& change, std::int64_t& row, Committed& answer) {
  const Job& job = *change.job;
  answer.job_id = job.id;
  row = change.accepted ? add_job(*change.accepted, job) : update_job(job);
  if (row == 0) {
    answer = refused(job.id, "there is no job " + job.id + " in the store");
    return false;
  }
  if (job.attempt.number > 0) write_attempt(row, job.attempt);
  return true;
}

std::int64_t ChangeRecorder::add_job(const NewJob& accepted, const Job& job) {
  const std::int64_t wanted = classes_.number_of(*job.wanted);
  const std::int64_t ttl_ms =
      accepted.ttl_after_finished_ms < 0 ? kForEverMs : accepted.ttl_after_finished_ms;
  std::optional<std::int64_t> expires_ms = ended_ms(job);
  if (expires_ms) *expires_ms += ttl_ms;
  with_lasting_fields(job, [&](const auto&... lasting) {
    with_changing_fields(job, [&](const auto&... changing) {
      add_job_.run(wanted, job.wanted->project, ttl_ms, expires_ms, lasting..., changing...);
    });
  });
  const std::int64_t row = database_.last_row();
  add_accepted_.run(row, accepted.request, accepted.jobtype_version, accepted.labels,
                    accepted.principal, accepted.idempotency_key, accepted.body_hash);
  const bool labelled = !accepted.labels.empty() && accepted.labels != "{}";
  if (labelled) add_labels_.run(row, accepted.labels);
  return row;
}

std::int64_t ChangeRecorder::update_job(const Job& job) {
  return with_changing_fields(job, [&](const auto&... changing) {
    const std::optional<std::int64_t> ended = ended_ms(job);
    Rows updated = update_job_.query(changing..., ended, job.id);
    if (!updated.next()) return std::int64_t{0};
    const std::int64_t row = updated.integer();
    while (updated.next()) {
    }
    return row;
  });
}

std::int64_t ChangeRecorder::row_of(const std::string& id) {
  if (id.empty()) return 0;
  Rows found = find_row_.query(id);
  return found.next() ? found.integer() : 0;
}

void ChangeRecorder::write_attempt(std::int64_t row, const Attempt& attempt) {
  with_attempt_fields(attempt, [&](const auto&... fields) { put_attempt_.run(row, fields...); });
}

void ChangeRecorder::write_decision(std::int64_t row, const DecisionRecord& decision) {
  put_decided_.run(row, decision.attempt, decisions_.number_of(decision.table),
                   Blob{decision.moment});
}

std::int64_t ChangeRecorder::append_event(std::int64_t row, const Event& event) {
  const std::optional<std::int64_t> job = row_or_null(row);
  with_event_fields(event, [&](const auto&... fields) { add_event_.run(job, fields...); });
  return database_.last_row();
}

}  // namespace berth
