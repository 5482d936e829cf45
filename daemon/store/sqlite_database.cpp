#include "store/sqlite_database.hpp"

#include <sqlite3.h>

namespace berth {
namespace {

constexpr int kBusyMs = 5000;  // an outside reader that recovers the file, say a backup

[[noreturn]] void throw_failure(sqlite3* handle, int code) {
  if (handle == nullptr) throw SqliteFailure(code, sqlite3_errstr(code));
  throw SqliteFailure(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
}

// SQLite's own count of its memory takes a lock for every allocation of every connection; nobody
// reads it. Too late once SQLite is in use, then it goes on counting.
void stop_counting_memory() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)once;
}

int open_flags(Database::Access access) {
  constexpr int kAlways = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
  switch (access) {
    case Database::Access::kRead:
      return kAlways | SQLITE_OPEN_READONLY;
    case Database::Access::kWrite:
      return kAlways | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Access::kFileAlone:
      return kAlways | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  }
  return kAlways;
}

std::string name_for(const std::filesystem::path& file, Database::Access access) {
  if (access != Database::Access::kFileAlone) return file.string();
  std::string name = "file:";
  for (const char c : file.string()) {
    if (c == '%' || c == '?' || c == '#') {
      name += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Database::Database(const std::filesystem::path& file, Access access) {
  stop_counting_memory();
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(name_for(file, access).c_str(), &handle, open_flags(access), nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) throw_failure(handle, code);
  sqlite3_busy_timeout(handle, kBusyMs);
}

void Database::run(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_failure(handle(), code);
}

std::int64_t Database::ask(const char* sql) {
  Statement statement(*this, sql);
  Rows rows = statement.query();
  return rows.next() ? rows.integer() : 0;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

void Database::fold_log_on_close(bool yes) {
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, yes ? 0 : 1, nullptr);
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle()); }

Rows::~Rows() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

bool Rows::next() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw_failure(sqlite3_db_handle(statement_), code);
  return false;
}

std::int64_t Rows::integer() { return sqlite3_column_int64(statement_, column_++); }

std::string Rows::text() {
  const int column = column_++;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(const Database& database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  statement_.reset(statement);
  if (code != SQLITE_OK) throw_failure(database.handle(), code);
}

void Statement::check(int code) {
  if (code != SQLITE_OK) throw_failure(sqlite3_db_handle(statement_.get()), code);
}

void Statement::add_integer(std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), ++parameter_, value));
}

void Statement::add_text(std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();  // nullptr would be NULL
  check(sqlite3_bind_text64(statement_.get(), ++parameter_, bytes, value.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
}

void Statement::add_copied_text(std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement_.get(), ++parameter_, bytes, value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void Statement::add_blob(std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_.get(), ++parameter_, bytes.data(), bytes.size(),
                            SQLITE_STATIC));
}

void Statement::add_null() { check(sqlite3_bind_null(statement_.get(), ++parameter_)); }

void put(Statement& statement, std::string_view value) { statement.add_text(value); }

void put(Statement& statement, const Blob& blob) { statement.add_blob(blob.bytes); }

void put(Statement& statement, const std::optional<std::int64_t>& value) {
  value ? statement.add_integer(*value) : statement.add_null();
}

void put(Statement& statement, const Stamp& stamp) {
  put(statement, stamp.wall_ms);
  put(statement, stamp.boot_ms);
  put(statement, stamp.boot);
}

void get(Rows& rows, std::string& value) { value = rows.text(); }

void get(Rows& rows, Stamp& stamp) { rows.into(stamp.wall_ms, stamp.boot_ms, stamp.boot); }

}  // namespace berth
