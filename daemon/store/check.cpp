#include "store/check.hpp"

#include "store/epochs.hpp"
#include "store/file_head.hpp"
#include "store/log_bond.hpp"
#include "store/migrations.hpp"
#include "store/opening.hpp"
#include "store/store_file.hpp"

namespace berth {
namespace {

struct Question {
  const char* count;
  const char* damage;
};

// What Berth always writes together.
constexpr Question kQuestions[] = {
    {"SELECT count(*) FROM jobs WHERE class NOT IN (SELECT class FROM classes)",
     "jobs have lost what they want"},
    {"SELECT count(*) FROM jobs WHERE row NOT IN (SELECT job FROM accepted)",
     "jobs have lost their request"},
    {"SELECT count(*) FROM jobs WHERE attempt > 0 AND NOT EXISTS (SELECT 1 FROM attempts WHERE "
     "job = row AND number = attempt)",
     "jobs have lost their newest attempt"},
    {"SELECT count(*) FROM decided WHERE decision NOT IN (SELECT decision FROM decisions)",
     "attempts have lost their decision"},
};

std::vector<std::string> find_damage(Database& database) {
  std::vector<std::string> damage;
  {
    Statement check(database, "PRAGMA integrity_check(20)");
    Rows rows = check.query();
    while (rows.next()) damage.push_back(rows.text());
  }
  if (damage.size() == 1 && damage.front() == "ok") damage.clear();
  for (const auto& [count, what] : kQuestions) {
    if (const std::int64_t found = database.ask(count); found > 0)
      damage.push_back(std::to_string(found) + " " + what);
  }
  return damage;
}

StoreFacts read_facts(Database& database) {
  StoreFacts facts;
  facts.mark = identity_of(database);
  facts.version = database.ask("PRAGMA user_version");
  facts.jobs = database.ask("SELECT count(*) FROM jobs");
  facts.unfinished = database.ask("SELECT count(*) FROM jobs WHERE expires_ms IS NULL");
  facts.bytes = database.ask("PRAGMA page_count") * database.ask("PRAGMA page_size");
  return facts;
}

Result<StoreCheck> check_open(Database& database, const std::filesystem::path& file) {
  database.fold_log_on_close(false);
  if (auto ours = check_is_berths(database, file, all_migrations().size()); !ours)
    return ours.error();
  if (auto own = check_log_belongs(database, file); !own) return own.error();
  StoreCheck check;
  check.damage = find_damage(database);
  check.facts = read_facts(database);
  return check;
}

}  // namespace

Result<StoreCheck> check_store(const std::filesystem::path& file) {
  const auto path = plain_store_path(file);
  if (!path) return path.error();
  if (!std::filesystem::exists(*path))
    return Error{"StoreMissing", "there is no file " + path->string()};
  if (auto good = check_file_head(*path, Expected::kStore); !good) return good.error();
  try {
    Database database(*path, Database::Access::kRead);
    return check_open(database, *path);
  } catch (const SqliteFailure& failure) {
    return opening_error(*path, failure);
  }
}

}  // namespace berth
