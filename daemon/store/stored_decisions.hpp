// The tables of decisions, those that are equal stored once.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "store/sqlite_database.hpp"

namespace berth {

// Gives each table its number. It is looked for among those written lately: that is where equal ones
// are, and there is no index in random order, of which each commit would write many pages. [store]
class DecisionWriter {
 public:
  explicit DecisionWriter(const Database& database);
  std::int64_t number_of(const std::string& table);  // stores it if need be
  void forget() { numbers_.clear(); }  // after a rollback or a removal: a number may mean nothing

 private:
  Statement add_;
  const Database& database_;
  std::unordered_map<std::string, std::int64_t> numbers_;  // by hash
};

}  // namespace berth
