// SQLite's connection and prepared statement, owned and typed.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace berth {

// What SQLite refused. Thrown inside this folder only: opening, the writer and the reader each
// catch it at their border, and know what it means there.
class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_ & 0xff; }  // the primary one, SQLITE_FULL
  int extended_code() const { return code_; }

 private:
  int code_;
};

// One connection, for one thread at a time.
class Database {
 public:
  // kFileAlone: reads the file as if it had no write-ahead log, and touches nothing beside it.
  enum class Access { kRead, kWrite, kFileAlone };

  // Follows no link, and makes no file with kRead. Throws SqliteFailure.
  Database(const std::filesystem::path& file, Access access);

  void run(const char* sql);          // one or more statements, whose rows are not wanted
  std::int64_t ask(const char* sql);  // the first column of the first row; 0 without one
  bool in_transaction() const;
  // Whether closing the last connection brings the write-ahead log into the file and removes it.
  void fold_log_on_close(bool yes);
  std::int64_t last_row() const;  // that was inserted
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// What a statement answers, row by row and column by column. The statement is ready for its next
// use when this is gone.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  ~Rows();
  Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Rows& operator=(Rows&&) = delete;

  bool next();  // to the next row, if there is one

  // The next columns of this row, as the types of `values` say.
  template <typename... Values>
  void into(Values&... values) {
    (get(*this, values), ...);
  }
  std::int64_t integer();
  std::string text();

 private:
  sqlite3_stmt* statement_;
  int column_ = 0;
};

class Statement {
 public:
  Statement(const Database& database, std::string_view sql);

  // Binds `values` to the parameters in order. They must stay as they are until the last row is
  // read.
  template <typename... Values>
  void run(const Values&... values) {
    bind(values...);
    Rows rows(statement_.get());
    while (rows.next()) {
    }
  }
  template <typename... Values>
  Rows query(const Values&... values) {
    bind(values...);
    return Rows(statement_.get());
  }

  void add_integer(std::int64_t value);
  void add_text(std::string_view value);
  void add_copied_text(std::string_view value);
  void add_blob(std::string_view bytes);
  void add_null();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  template <typename... Values>
  void bind(const Values&... values) {
    parameter_ = 0;
    (put(*this, values), ...);
  }
  void check(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int parameter_ = 0;
};

struct Blob {
  std::string_view bytes;
};

// How each type stands in parameters and columns; rows.hpp adds those of jobs.
template <std::integral T>
void put(Statement& statement, T value) {
  statement.add_integer(static_cast<std::int64_t>(value));
}
void put(Statement& statement, std::string_view value);
void put(Statement& statement, const Blob& blob);
void put(Statement& statement, const std::optional<std::int64_t>& value);  // NULL without one
void put(Statement& statement, const Stamp& stamp);                        // three integers

template <std::integral T>
void get(Rows& rows, T& value) {
  value = static_cast<T>(rows.integer());
}
void get(Rows& rows, std::string& value);
void get(Rows& rows, Stamp& stamp);

}  // namespace berth
