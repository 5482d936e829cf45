// Writes one change into the open transaction.
#pragma once

#include <cstdint>
#include <string>

#include "store/change.hpp"
#include "store/sqlite_database.hpp"
#include "store/stored_classes.hpp"
#include "store/stored_decisions.hpp"

namespace berth {

// Its statements stay prepared. [store]
class ChangeRecorder {
 public:
  explicit ChangeRecorder(const Database& database);

  // Throws SqliteFailure; then nothing of `change` may stay, the caller rolls back to before it.
  Committed record(const Change& change);

  void forget() { classes_.forget(); decisions_.forget(); }  // after a rollback or a removal

 private:
  bool answer_known_key(const NewJob& accepted, Committed& answer);
  std::int64_t add_job(const NewJob& accepted, const Job& job);
  std::int64_t update_job(const Job& job);  // 0: there is none of that id
  std::int64_t row_of(const std::string& id);
  void write_attempt(std::int64_t row, const Attempt& attempt);
  void write_decision(std::int64_t row, const DecisionRecord& decision);
  std::int64_t append_event(std::int64_t row, const Event& event);
  bool write_job(const Change& change, std::int64_t& row, Committed& answer);

  const Database& database_;
  ClassWriter classes_;
  DecisionWriter decisions_;
  Statement find_key_;
  Statement find_row_;
  Statement add_job_;
  Statement add_accepted_;
  Statement add_labels_;
  Statement update_job_;
  Statement put_attempt_;
  Statement put_decided_;
  Statement add_event_;
  Statement put_mark_;
};

}  // namespace berth
