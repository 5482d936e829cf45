#include "store/migrations.hpp"

#include <array>
#include <string>

#include "base/log.hpp"
#include "store/copy.hpp"

namespace berth {
namespace {

constexpr std::int64_t kApplicationId = 0x42727468;  // "Brth": says in the file's head whose it is

// Everything hangs on jobs.row, a small rising number: the newest rows of every table and index lie
// together, so a group commit touches few pages whatever the size of the file. Random ids stand in
// one index only.
constexpr const char* kFirstShape = R"sql(
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Jobs of equal class share one. Never given twice, as readers remember what a number means.
CREATE TABLE classes (
  class INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE jobs (
  row INTEGER PRIMARY KEY,  -- in the order of acceptance
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  class INTEGER NOT NULL,
  project TEXT NOT NULL,
  ttl_ms INTEGER NOT NULL,
  expires_ms INTEGER,  -- NULL until the job has ended
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  user TEXT NOT NULL,
  uid INTEGER NOT NULL,
  gid INTEGER NOT NULL,
  submitted_ms INTEGER NOT NULL,
  submitted_boot_ms INTEGER NOT NULL,
  submitted_boot INTEGER NOT NULL,
  phase TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  held INTEGER NOT NULL,
  held_by TEXT NOT NULL,
  held_reason TEXT NOT NULL,
  ended_ms INTEGER NOT NULL,
  ended_boot_ms INTEGER NOT NULL,
  ended_boot INTEGER NOT NULL,
  start_deadline_ms INTEGER NOT NULL,
  run_deadline_ms INTEGER NOT NULL,
  retry_limit INTEGER NOT NULL,
  retry_on TEXT NOT NULL,  -- JSON list, empty for none
  on_cluster_lost INTEGER NOT NULL,
  retries_used INTEGER NOT NULL,
  start_failures INTEGER NOT NULL,
  excluded_pools TEXT NOT NULL,  -- JSON list, empty for none
  not_before_ms INTEGER NOT NULL,
  not_before_boot_ms INTEGER NOT NULL,
  not_before_boot INTEGER NOT NULL,
  verdict INTEGER NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  exit_code INTEGER NOT NULL,
  termination_reason TEXT NOT NULL,
  termination_user TEXT NOT NULL,
  terminated_ms INTEGER NOT NULL,
  terminated_boot_ms INTEGER NOT NULL,
  terminated_boot INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_unfinished ON jobs (row) WHERE expires_ms IS NULL;
CREATE INDEX jobs_expiring ON jobs (expires_ms) WHERE expires_ms IS NOT NULL;
CREATE INDEX jobs_by_phase ON jobs (phase);
CREATE INDEX jobs_by_project ON jobs (project);
CREATE INDEX jobs_by_owner ON jobs (owner);
CREATE INDEX jobs_by_user ON jobs (user);
CREATE INDEX jobs_by_class ON jobs (class);

-- What was accepted, beside the job so that lists need not read past it.
CREATE TABLE accepted (
  job INTEGER PRIMARY KEY,
  request TEXT NOT NULL,
  jobtype_version TEXT NOT NULL,
  labels TEXT NOT NULL,
  principal TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX accepted_once ON accepted (principal, idempotency_key)
  WHERE idempotency_key <> '';

CREATE TABLE labels (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (key, value, job)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  job INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  cluster TEXT NOT NULL,
  pool TEXT NOT NULL,
  tier TEXT NOT NULL,
  external_ref TEXT NOT NULL,
  remote_uid TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  scheduled_ms INTEGER NOT NULL,
  scheduled_boot_ms INTEGER NOT NULL,
  scheduled_boot INTEGER NOT NULL,
  launched_ms INTEGER NOT NULL,
  launched_boot_ms INTEGER NOT NULL,
  launched_boot INTEGER NOT NULL,
  ready_ms INTEGER NOT NULL,
  ready_boot_ms INTEGER NOT NULL,
  ready_boot INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL,
  ended_boot_ms INTEGER NOT NULL,
  ended_boot INTEGER NOT NULL,
  released_ms INTEGER NOT NULL,
  released_boot_ms INTEGER NOT NULL,
  released_boot INTEGER NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

-- A sequence is never given twice: people resume from it.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  job INTEGER,  -- NULL: about the site
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  phase TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  user TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_job ON events (job);

CREATE TABLE decisions (
  decision INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  json TEXT NOT NULL
) STRICT;
CREATE TABLE decided (
  job INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  decision INTEGER NOT NULL,
  PRIMARY KEY (job, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX decided_by_decision ON decided (decision);

CREATE TABLE cluster_marks (
  cluster TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  user TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// Tables of decisions in few bytes, without an index of their hashes. What was JSON stays JSON.
constexpr const char* kDecisionsAsBytes = R"sql(
ALTER TABLE decisions RENAME TO json_decisions;
ALTER TABLE decided RENAME TO json_decided;
DROP INDEX decided_by_decision;

CREATE TABLE decisions (
  decision INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE decided (
  job INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  decision INTEGER NOT NULL,
  moment BLOB NOT NULL,  -- when, and on what
  PRIMARY KEY (job, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX decided_by_decision ON decided (decision);

INSERT INTO decisions SELECT decision, CAST(json AS BLOB) FROM json_decisions;
INSERT INTO decided SELECT job, attempt, decision, x'' FROM json_decided;
DROP TABLE json_decisions;
DROP TABLE json_decided;
)sql";

constexpr std::array kMigrations{
    Migration{"jobs, attempts, events and decisions", kFirstShape},
    Migration{"decisions in few bytes", kDecisionsAsBytes},
};

Error newer_store(const std::filesystem::path& file, std::int64_t version, std::size_t known) {
  return {"NewerStore", "the store " + file.string() + " has version " + std::to_string(version) +
                            ", this berthd knows versions up to " + std::to_string(known) +
                            ": start the newer berthd that wrote it, or put back the copy " +
                            copy_before(file, static_cast<int>(known) + 1).string()};
}

Error strange_file(const std::filesystem::path& file) {
  return {"CorruptStore", "the file " + file.string() +
                              " is an SQLite file of another program: name another file for "
                              "Berth's store, or move this one away"};
}

bool is_empty(Database& database) {
  return database.ask("SELECT count(*) FROM sqlite_schema") == 0;
}

void apply(Database& database, const Migration& migration, std::size_t version) {
  database.run("BEGIN IMMEDIATE");
  database.run(migration.sql);
  database.run(("PRAGMA user_version = " + std::to_string(version)).c_str());
  database.run(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
  database.run("COMMIT");
}

}  // namespace

std::span<const Migration> all_migrations() { return kMigrations; }

std::filesystem::path copy_before(const std::filesystem::path& file, int version) {
  return file.string() + ".before-v" + std::to_string(version);
}

Result<void> check_is_berths(Database& database, const std::filesystem::path& file,
                             std::size_t known) {
  const std::int64_t found = database.ask("PRAGMA user_version");
  if (database.ask("PRAGMA application_id") != kApplicationId) return strange_file(file);
  if (found > static_cast<std::int64_t>(known)) return newer_store(file, found, known);
  return {};
}

Result<void> migrate(Database& database, const std::filesystem::path& file,
                     std::span<const Migration> migrations) {
  const std::int64_t found = database.ask("PRAGMA user_version");
  const bool fresh = is_empty(database);
  if (!fresh) {
    if (auto ours = check_is_berths(database, file, migrations.size()); !ours) return ours;
  }
  for (std::size_t version = static_cast<std::size_t>(found) + 1; version <= migrations.size();
       ++version) {
    if (!fresh) copy_database(database, copy_before(file, static_cast<int>(version)));
    apply(database, migrations[version - 1], version);
    if (!fresh)
      log_info("store_migrated", {{"version", version}, {"about", migrations[version - 1].about}});
  }
  return {};
}

}  // namespace berth
