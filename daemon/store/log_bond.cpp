#include "store/log_bond.hpp"

#include <sqlite3.h>

#include <optional>

#include "store/file_head.hpp"

namespace berth {
namespace {

std::optional<std::int64_t> log_number(Database& database) {
  Statement find(database, "SELECT value FROM meta WHERE name = 'log_number'");
  Rows rows = find.query();
  if (!rows.next()) return std::nullopt;
  return rows.integer();
}

// None also where the file cannot be read without its log, as after a crash amid a checkpoint.
std::optional<std::int64_t> log_number_of_file_alone(const std::filesystem::path& file) {
  try {
    Database alone(file, Database::Access::kFileAlone);
    return log_number(alone);
  } catch (const SqliteFailure&) {
    return std::nullopt;
  }
}

// None also where the two make no sense together: pages of a log are checked, so it is not its own.
std::optional<std::int64_t> log_number_with_log(Database& database) {
  try {
    return log_number(database);
  } catch (const SqliteFailure& failure) {
    if (failure.code() != SQLITE_CORRUPT) throw;
    return std::nullopt;
  }
}

}  // namespace

Result<void> check_log_belongs(Database& database, const std::filesystem::path& file) {
  std::error_code missing;
  const auto log_bytes = std::filesystem::file_size(file.string() + "-wal", missing);
  if (missing || log_bytes == 0) return {};
  const auto of_file = log_number_of_file_alone(file);
  if (!of_file) return {};
  const auto with_log = log_number_with_log(database);
  if (with_log && (*with_log == *of_file || *with_log == *of_file + 1)) return {};
  return Error{"CorruptStore",
               "the log " + file.string() + "-wal belongs to another file than " + file.string() +
                   ", and would spoil it. Was a backup put there by hand? Then move the log away "
                   "and start again, or use `berth store restore`. Else " +
                   advice_about_damage(file)};
}

}  // namespace berth
