#include "store/epochs.hpp"

#include <array>
#include <cstdio>
#include <tuple>

#include "base/log.hpp"

namespace berth {
namespace {

constexpr const char* kHeldReason =
    "the store was restored from an older file, and what became of this job since is not known: "
    "look at `berth strays`, then `berth resume` runs it, `berth kill` ends it";

std::string new_instance(Chance& chance) {
  std::array<char, 17> hex{};
  std::snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(chance.next()));
  return hex.data();
}

bool is_older(const HighWaterMark& found, const HighWaterMark& known) {
  return std::tie(found.epoch, found.sequence) < std::tie(known.epoch, known.sequence);
}

// A new file has nothing yet.
bool has_marks(Database& database) {
  return database.ask("SELECT count(*) FROM sqlite_schema WHERE name IN ('meta', 'events')") == 2;
}

Error strange_store(const HighWaterMark& found, const HighWaterMark& known) {
  return {"StrangeStore",
          "this folder belongs to the Berth " + known.instance + ", and the store in it to " +
              found.instance +
              ": put the right file there, or give that store a state folder of its own"};
}

}  // namespace

HighWaterMark identity_of(Database& database) {
  Statement find(database,
                 "SELECT ifnull((SELECT value FROM meta WHERE name = 'instance'), ''), "
                 "ifnull((SELECT value FROM meta WHERE name = 'epoch'), 1), "
                 "ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)");
  HighWaterMark mark;
  Rows rows = find.query();
  if (rows.next()) rows.into(mark.instance, mark.epoch, mark.sequence);
  return mark;
}

HighWaterMark identify(Database& database, Chance& chance) {
  database.run("BEGIN IMMEDIATE");
  Statement add(database, "INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)");
  add.run("instance", new_instance(chance));
  add.run("epoch", 1);
  database.run("COMMIT");
  return identity_of(database);
}

std::int64_t begin_epoch(Database& database, std::int64_t epoch, std::int64_t at_ms) {
  database.run("BEGIN IMMEDIATE");
  Statement(database, "INSERT OR REPLACE INTO meta (name, value) VALUES ('epoch', ?)").run(epoch);
  Statement(database,
            "INSERT INTO events (job, attempt, kind, phase, reason, message, user, at_ms) "
            "SELECT row, attempt, 'Held', phase, 'StoreRestored', ?, 'berth', ? FROM jobs "
            "WHERE expires_ms IS NULL AND held = 0")
      .run(kHeldReason, at_ms);
  Statement(database,
            "UPDATE jobs SET held = 1, held_by = 'berth', held_reason = ? "
            "WHERE expires_ms IS NULL AND held = 0")
      .run(kHeldReason);
  const std::int64_t held = database.ask("SELECT changes()");
  Statement(database,
            "INSERT INTO events (job, attempt, kind, phase, reason, message, user, at_ms) "
            "VALUES (NULL, 0, 'StoreRestored', '', 'StoreRestored', ?, 'berth', ?)")
      .run("epoch " + std::to_string(epoch) + " begins; " + std::to_string(held) +
               " unfinished jobs are held until somebody resumes them",
           at_ms);
  database.run("COMMIT");
  return held;
}

Result<void> check_belongs_here(Database& database, const std::optional<HighWaterMark>& known) {
  if (!known || !has_marks(database)) return {};
  const HighWaterMark found = identity_of(database);
  if (found.instance.empty() || found.instance == known->instance) return {};
  return strange_store(found, *known);
}

HighWaterMark settle_epoch(Database& database, HighWaterMark found,
                           const std::optional<HighWaterMark>& known, std::int64_t at_ms) {
  if (!known || !is_older(found, *known)) return found;
  const std::int64_t lost = known->sequence - found.sequence;
  const std::int64_t epoch = std::max(known->epoch, found.epoch) + 1;
  const std::int64_t held = begin_epoch(database, epoch, at_ms);
  log_error("store_is_older_than_it_was",
            {{"events_missing", lost},
             {"epoch", epoch},
             {"held", held},
             {"what_to_do", "unfinished jobs are held, and what ran since is left alone: see "
                            "`berth strays`, then `berth resume` or `berth kill`"}});
  return identity_of(database);
}

}  // namespace berth
