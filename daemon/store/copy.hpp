// A whole copy of an open database, durable before anything is changed in it.
#pragma once

#include <filesystem>
#include <memory>

#include "store/sqlite_database.hpp"

struct sqlite3_backup;

namespace berth {

// Grows by a few pages at a time, so that others get their turn between. What the same connection
// writes meanwhile is in it, too; other connections must not write.
class GrowingCopy {
 public:
  static constexpr int kAllPages = -1;

  // `target` must not exist; until the copy is whole there is only `target`.partial. Throws
  // SqliteFailure, as do the others.
  GrowingCopy(const Database& from, const std::filesystem::path& target);
  ~GrowingCopy();  // removes what is not whole
  GrowingCopy(const GrowingCopy&) = delete;
  GrowingCopy& operator=(const GrowingCopy&) = delete;

  // True: `target` stands, is on the disk, and needs no log beside it.
  bool grow(int pages);

 private:
  struct Finish {
    void operator()(sqlite3_backup* backup) const;
  };
  void seal();

  std::filesystem::path target_;
  std::filesystem::path partial_;
  std::unique_ptr<Database> copy_;
  std::unique_ptr<sqlite3_backup, Finish> backup_;
};

// `target` is replaced in one step, or stays as it was. Throws SqliteFailure.
void copy_database(const Database& database, const std::filesystem::path& target);

}  // namespace berth
