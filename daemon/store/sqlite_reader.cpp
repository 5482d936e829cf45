#include "store/sqlite_reader.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "store/job_query.hpp"
#include "store/opening.hpp"

namespace berth {
namespace {

constexpr std::size_t kStatementsMax = 64;
constexpr int kJobsMax = 5000;

std::string attempt_columns() { return std::string(kAttemptColumns); }

Database open_for_reading(const std::filesystem::path& file) {
  Database database(file, Database::Access::kRead);
  // The writer alone checkpoints, also when this connection is the last to be closed.
  database.fold_log_on_close(false);
  database.run("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8192");
  return database;
}

// The row before which a page begins; none when the token is no token.
std::optional<std::int64_t> row_of_token(const std::string& token) {
  if (token.empty()) return std::numeric_limits<std::int64_t>::max();
  std::int64_t row = 0;
  const char* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, row);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return row;
}

Attempt read_attempt(Rows& rows) {
  Attempt attempt;
  with_attempt_fields(attempt, [&](auto&... fields) { rows.into(fields...); });
  return attempt;
}

}  // namespace

// All statements while it lives see the same commit.
class SqliteReader::Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) { database_.run("BEGIN"); }
  ~Snapshot() { sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

SqliteReader::SqliteReader(const std::filesystem::path& file, std::size_t classes_max,
                           Fatal on_fatal)
    : file_(file.string()),
      on_fatal_(std::move(on_fatal)),
      database_(open_for_reading(file)),
      classes_(database_, classes_max),
      attempt_(database_,
               "SELECT " + attempt_columns() + " FROM attempts WHERE job = ? AND number = ?") {}

template <typename Read>
auto SqliteReader::guarded(Read read) -> decltype(read()) {
  try {
    return read();
  } catch (const SqliteFailure& failure) {
    on_fatal_("the store " + file_ + ": reading failed: " + with_advice(file_, failure));
    return decltype(read())();
  }
}

Statement& SqliteReader::kept_statement(const std::string& sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second;
  if (statements_.size() >= kStatementsMax) statements_.clear();
  return statements_.emplace(sql, Statement(database_, sql)).first->second;
}

SqliteReader::FoundJob SqliteReader::read_job(Rows& rows) {
  FoundJob found;
  Job& job = found.job;
  std::int64_t wanted = 0;
  rows.into(found.row, wanted);
  with_lasting_fields(job, [&](auto&... fields) { rows.into(fields...); });
  with_changing_fields(job, [&](auto&... fields) { rows.into(fields...); });
  job.wanted = classes_.at(wanted);
  if (job.attempt.number == 0) return found;
  Rows newest = attempt_.query(found.row, job.attempt.number);
  if (!newest.next())
    throw SqliteFailure(SQLITE_CORRUPT, "an attempt of " + job.id + " is missing");
  job.attempt = read_attempt(newest);
  return found;
}

JobPage SqliteReader::jobs(const JobFilter& filter) {
  const std::optional<std::int64_t> before = row_of_token(filter.after);
  if (!before) return {};
  return guarded([&] { return read_page(filter, *before); });
}

JobPage SqliteReader::read_page(const JobFilter& filter, std::int64_t before) {
  const JobQuery query = query_of(filter);
  const auto limit = static_cast<std::size_t>(std::clamp(filter.limit, 1, kJobsMax));
  Statement& statement = kept_statement(query.sql);
  const Snapshot snapshot(database_);
  Rows rows = statement.query(before, limit + 1, query.texts);
  JobPage page;
  std::int64_t last = 0;
  while (rows.next()) {
    if (page.jobs.size() == limit) {
      page.next = std::to_string(last);
      break;
    }
    FoundJob found = read_job(rows);
    last = found.row;
    page.jobs.push_back(std::make_shared<const Job>(std::move(found.job)));
  }
  return page;
}

std::optional<Job> SqliteReader::job(const std::string& id) {
  return guarded([&]() -> std::optional<Job> {
    Statement& find = kept_statement("SELECT " + job_columns() + " FROM jobs WHERE id = ?");
    const Snapshot snapshot(database_);
    Rows rows = find.query(id);
    if (!rows.next()) return std::nullopt;
    return read_job(rows).job;
  });
}

std::vector<Attempt> SqliteReader::attempts(const std::string& id) {
  return guarded([&] {
    Statement& find =
        kept_statement("SELECT " + attempt_columns() +
                       " FROM attempts WHERE job = (SELECT row FROM jobs WHERE id = ?) "
                       "ORDER BY number");
    std::vector<Attempt> attempts;
    Rows rows = find.query(id);
    while (rows.next()) attempts.push_back(read_attempt(rows));
    return attempts;
  });
}

std::optional<StoredRequest> SqliteReader::request(const std::string& id) {
  return guarded([&]() -> std::optional<StoredRequest> {
    Statement& find = kept_statement(
        "SELECT request, labels, jobtype_version FROM accepted "
        "WHERE job = (SELECT row FROM jobs WHERE id = ?)");
    Rows rows = find.query(id);
    if (!rows.next()) return std::nullopt;
    StoredRequest request;
    rows.into(request.bytes, request.labels, request.jobtype_version);
    return request;
  });
}

EventPage SqliteReader::events(const std::string& job, std::int64_t since, int limit) {
  return guarded([&] {
    const std::string chosen =
        job.empty() ? "" : "events.job = (SELECT row FROM jobs WHERE id = ?3) AND ";
    Statement& find = kept_statement(
        "SELECT sequence, ifnull((SELECT id FROM jobs WHERE row = events.job), ''), " +
        std::string(kEventColumns) + " FROM events WHERE " + chosen +
        "sequence > ?1 ORDER BY sequence LIMIT ?2");
    const Snapshot snapshot(database_);
    EventPage page = read_marks();
    Rows rows = job.empty() ? find.query(since, limit) : find.query(since, limit, job);
    while (rows.next()) {
      Event& event = page.events.emplace_back();
      rows.into(event.sequence, event.job);
      with_event_fields(event, [&](auto&... fields) { rows.into(fields...); });
    }
    return page;
  });
}

EventPage SqliteReader::read_marks() {
  EventPage page;
  Rows rows = kept_statement(
                  "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0), "
                  "ifnull((SELECT value FROM meta WHERE name = 'first_kept'), 1)")
                  .query();
  if (rows.next()) rows.into(page.last_sequence, page.first_kept);
  return page;
}

std::optional<DecisionRecord> SqliteReader::decision(const std::string& job, int attempt) {
  return guarded([&]() -> std::optional<DecisionRecord> {
    Statement& find = kept_statement(
        "SELECT bytes, moment FROM decided JOIN decisions USING (decision) "
        "WHERE job = (SELECT row FROM jobs WHERE id = ?) AND attempt = ?");
    Rows rows = find.query(job, attempt);
    if (!rows.next()) return std::nullopt;
    DecisionRecord record{attempt, {}, {}};
    rows.into(record.table, record.moment);
    return record;
  });
}

std::vector<std::pair<Phase, std::int64_t>> SqliteReader::counts() {
  return guarded([&] {
    std::vector<std::pair<Phase, std::int64_t>> counts;
    Rows rows = kept_statement("SELECT phase, count(*) FROM jobs GROUP BY phase").query();
    while (rows.next()) {
      auto& [phase, count] = counts.emplace_back();
      rows.into(phase, count);
    }
    return counts;
  });
}

void SqliteReader::for_each_unfinished(const std::function<void(Job)>& take) {
  guarded([&] {
    Statement& find = kept_statement("SELECT " + job_columns() +
                                     " FROM jobs INDEXED BY jobs_unfinished "
                                     "WHERE expires_ms IS NULL ORDER BY row");
    const Snapshot snapshot(database_);
    Rows rows = find.query();
    while (rows.next()) take(read_job(rows).job);
  });
}

std::vector<ClusterMark> SqliteReader::cluster_marks() {
  return guarded([&] {
    std::vector<ClusterMark> marks;
    Rows rows =
        kept_statement("SELECT " + std::string(kMarkColumns) + " FROM cluster_marks").query();
    while (rows.next()) {
      ClusterMark& mark = marks.emplace_back();
      with_mark_fields(mark, [&](auto&... fields) { rows.into(fields...); });
    }
    return marks;
  });
}

}  // namespace berth
